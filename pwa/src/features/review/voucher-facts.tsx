/** "Thông tin chính": all key data as text, what changed marked by a word. */
import { useState } from "preact/hooks";
import type { Dossier } from "../../dossier/types";
import { announce } from "../../ui/announce";
import { StatusBadge } from "../../ui/badge";
import { Card } from "../../ui/card";
import { IconButton } from "../../ui/icon-button";
import { Icon } from "../../ui/icons";
import { say } from "../../words/say";
import { review as words } from "../../words/vi/review";
import { changedFacts } from "./changes";
import { factsOf, type ShownFact } from "./facts";

export interface VoucherFactsProps {
  dossier: Dossier;
  /** As it was read before the last change. */
  before: Dossier | undefined;
}

export function VoucherFacts({ dossier, before }: VoucherFactsProps) {
  const many = dossier.vouchers.length;
  return (
    <>
      {dossier.vouchers.map((voucher, index) => {
        const facts = factsOf(dossier, voucher);
        const old = before?.vouchers[index];
        const changed = before ? changedFacts(old ? factsOf(before, old) : [], facts) : NOTHING;
        return (
          <Card key={voucher.id} title={many > 1 ? say(words.mainFactsOf, { n: index + 1, tổng: many }) : words.mainFacts}>
            <dl class="facts">{facts.map((fact) => <OneFact key={fact.id} fact={fact} changed={changed.has(fact.id)} />)}</dl>
          </Card>
        );
      })}
    </>
  );
}

const NOTHING: ReadonlySet<string> = new Set();

function OneFact({ fact, changed }: { fact: ShownFact; changed: boolean }) {
  return (
    <div class={`fact${fact.strong ? " fact-strong" : ""}${changed ? " fact-changed" : ""}`}>
      <dt>{fact.label} {changed && <StatusBadge tone="warning" icon="edit">{words.changedMark}</StatusBadge>}</dt>
      <dd>
        <span class={fact.figures ? "figures" : undefined}>{fact.value}</span>
        {fact.copy && <Copy text={fact.copy} />}
        {fact.after && <span class="fact-after">{fact.after}</span>}
      </dd>
    </div>
  );
}

function Copy({ text }: { text: string }) {
  const [state, setState] = useState<"ready" | "copied" | "failed">("ready");
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setState("copied");
      announce(words.copied);
    } catch {
      setState("failed");
    }
  };
  return (
    <>
      <IconButton class="copy-button" name={say(words.copyAccount, { số: text })} icon={state === "copied" ? "check" : "copy"} onClick={() => void copy()} />
      {state === "failed" && <span class="fact-after" role="alert"><Icon name="info" />{words.copyFailed}</span>}
    </>
  );
}

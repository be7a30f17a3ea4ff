/** After sending: a page with the code and who has it now. Also where the address of a form leads that can no longer be edited. */
import { useState } from "preact/hooks";
import { Amount } from "../../ui/amount";
import { ButtonLink } from "../../ui/button";
import { Card, Facts } from "../../ui/card";
import { Icon } from "../../ui/icons";
import { ActionBar, TopBar } from "../../ui/top-bar";
import { say } from "../../words/say";
import { dossier as words } from "../../words/vi/dossier";
import { MakerActions } from "../dossier-actions/maker-actions";
import { offered } from "../dossier-actions/offered";
import type { Dossier } from "./autosave";

export function SentPage({ dossier }: { dossier: Dossier }) {
  const next = nextOf(dossier);
  return (
    <>
      <TopBar title={words.sentTitle} />
      <div class="content">
        <section class="hero sent-hero">
          <span class="sent-mark"><Icon name="check" /></span>
          <h2>{next ? say(words.sentTo, { tên: next.full_name }) : dossier.status_label}</h2>
          <Amount value={dossier.amount} size="hero" />
          <p class="muted">{words.sentNext}</p>
        </section>
        <Card><DossierFacts dossier={dossier} /></Card>
        <ButtonLink kind="quiet" icon="folder" href="/ho-so">{words.toList}</ButtonLink>
      </div>
      <ActionBar>
        <ButtonLink kind="outline" href="/ho-so/moi">{words.another}</ButtonLink>
        <ButtonLink href={`/chung-tu/${encodeURIComponent(dossier.id)}`} icon="document">{words.view}</ButtonLink>
      </ActionBar>
    </>
  );
}

/** Who has the dossier before their eyes, while it waits inside the unit. */
function nextOf(dossier: Dossier) {
  if (dossier.status === "awaiting_chief_accountant") return dossier.chief_accountant;
  return dossier.status === "awaiting_account_holder" ? dossier.account_holder : null;
}

function DossierFacts({ dossier }: { dossier: Dossier }) {
  const next = nextOf(dossier);
  return (
    <Facts
      facts={[
        { label: words.code, value: <span class="figures">{dossier.code}</span>, strong: true },
        { label: words.status, value: dossier.status_label },
        ...(next ? [{ label: words.holder, value: `${next.full_name} – ${next.title_label}` }] : []),
        { label: words.groups.payee, value: dossier.payee_name || words.nothing },
      ]}
    />
  );
}

/** Returned, withdrawn, or in somebody else's hands: what can be done instead of typing. */
export function ClosedPage({ dossier: first, onReopened }: { dossier: Dossier; onReopened: () => void }) {
  const [dossier, setDossier] = useState(first);
  const reopens = offered(dossier).includes("reopen");
  const reason = [...dossier.log].reverse().find((entry) => entry.to_status === dossier.status)?.note;
  const lead = !reopens ? say(words.notEditable, { "trạng thái": dossier.status_label }) : dossier.status === "withdrawn" ? words.reopenWithdrawn : words.reopenLead;
  return (
    <>
      <TopBar title={words.editTitle} back="/ho-so" />
      <div class="content">
        <p class="note note-info"><Icon name="info" /><span class="grow">{lead}</span></p>
        {reopens && reason && <Card tone="warning" title={words.returnedBecause}><p>{reason}</p></Card>}
        <Card><DossierFacts dossier={dossier} /></Card>
      </div>
      <ActionBar>
        {!reopens && <ButtonLink kind="outline" href={`/chung-tu/${encodeURIComponent(dossier.id)}`}>{words.view}</ButtonLink>}
        <MakerActions dossier={dossier} onChanged={(changed) => (changed && !offered(changed).includes("edit") ? setDossier(changed) : onReopened())} />
      </ActionBar>
    </>
  );
}

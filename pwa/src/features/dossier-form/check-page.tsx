/**
 * "Kiểm tra trước khi gửi": everything as it will be sent, what the server still wants mended, its warnings to be
 * answered, then the choice of who signs first. Nothing counts as sent before the server has said so.
 */
import { useEffect, useState } from "preact/hooks";
import { actionKey } from "../../api/action-key";
import { command } from "../../api/command";
import { useOnline } from "../../api/use-online";
import { asProblem, type Problem } from "../../api/problem";
import { useLoaded } from "../../api/use-loaded";
import type { components } from "../../api/schema";
import { Amount } from "../../ui/amount";
import { Button } from "../../ui/button";
import { Card } from "../../ui/card";
import { Checkbox } from "../../ui/field";
import { figures } from "../../ui/format";
import { Icon } from "../../ui/icons";
import { Skeleton } from "../../ui/skeleton";
import { ErrorState } from "../../ui/states";
import { ActionBar, TopBar } from "../../ui/top-bar";
import { say } from "../../words/say";
import { dossier as words } from "../../words/vi/dossier";
import { perform } from "../dossier-actions/perform";
import { RefusalLine } from "../dossier-actions/refusal-line";
import { ApproverSheet } from "../signing/approver-sheet";
import type { Autosave, Dossier, SaveState } from "./autosave";
import { ConflictCard } from "./conflict-card";
import type { Draft } from "./draft";
import { Mistakes } from "./error-summary";
import { factsOf, FactValue, LinesTable } from "./facts";
import { GROUPS, mistakesOf, stepOf, type Group, type Mistake } from "./places";
import { SaveLine } from "../../saving/save-line";
import { totalOf, type VoucherForm } from "./voucher";

type Warning = components["schemas"]["WarningOut"];

export interface CheckPageProps {
  desk: Autosave;
  dossier: Dossier;
  draft: Draft;
  save: SaveState;
  base: string;
  /** What the server found, so that the form shows it beside the fields. */
  onChecked: (mistakes: readonly Mistake[]) => void;
  onSent: (dossier: Dossier) => void;
}

export function CheckPage(props: CheckPageProps) {
  const { desk, dossier, draft, save, base, onChecked } = props;
  const { state, reload } = useLoaded(() => check(desk, dossier.id), `${dossier.id} ${dossier.version}`);
  const [found, setFound] = useState<readonly Mistake[]>();
  const [answered, setAnswered] = useState<ReadonlySet<string>>(new Set());
  const show = (mistakes: readonly Mistake[]) => {
    setFound(mistakes);
    onChecked(mistakes);
  };
  useEffect(() => {
    if (state.at === "ready") show(mistakesOf(state.value.fields, draft.vouchers));
  }, [state.at, dossier.version]);
  const warnings = state.at === "ready" ? state.value.warnings : [];
  const open = warnings.filter((warning) => !answered.has(warning.code + warning.sentence)).length;
  const answer = (warning: Warning, yes: boolean) => {
    const next = new Set(answered);
    if (yes) next.add(warning.code + warning.sentence);
    else next.delete(warning.code + warning.sentence);
    setAnswered(next);
  };
  return (
    <>
      <TopBar title={words.checkTitle} back={`${base}?buoc=${stepOf({ voucher: draft.vouchers.length - 1, group: "payee" })}`} sub={<SaveLine state={save} untouched={words.formName} />} />
      <div class="content">
        {save.at === "conflict" && <ConflictCard desk={desk} conflict={save} vouchers={draft.vouchers} />}
        {state.at === "loading" && <Skeleton shapes={["card", "card", "card"]} />}
        {state.at === "failed" && <ErrorState happened={words.checkFailed} advice={state.problem.isOffline ? words.sendOffline : state.problem.title} supportCode={state.problem.supportCode} onRetry={() => void reload()} />}
        {state.at === "ready" && found && (
          <>
            {found.length > 0 ? <Mistakes mistakes={found} vouchers={draft.vouchers.length} base={base} asked /> : <p class="note note-good" role="status"><Icon name="check-circle" /><span class="grow">{words.allGood}</span></p>}
            {warnings.length > 0 && <Warnings warnings={warnings} answered={answered} onAnswer={answer} />}
          </>
        )}
        <section class="hero check-total">
          <p class="muted">{words.dossierTotal}</p>
          <Amount value={String(sum(draft))} size="hero" />
        </section>
        {draft.vouchers.map((voucher, index) => <VoucherFacts key={voucher.key} voucher={voucher} index={index} count={draft.vouchers.length} base={base} found={found ?? []} />)}
      </div>
      <SendBar {...props} total={sum(draft)} mistakes={found?.length} open={open} onRefused={show} />
    </>
  );
}

async function check(desk: Autosave, id: string) {
  // The check reads what is saved; typing still on its way would be judged without its last letters.
  await desk.flush();
  return command("post", "/api/dossiers/{dossier_id}/check", { path: { dossier_id: id }, body: {} });
}

function sum(draft: Draft): bigint {
  return draft.vouchers.reduce((total, voucher) => total + totalOf(voucher), 0n);
}

function Warnings({ warnings, answered, onAnswer }: { warnings: readonly Warning[]; answered: ReadonlySet<string>; onAnswer: (warning: Warning, yes: boolean) => void }) {
  return (
    <Card tone="warning" title={words.warningsTitle}>
      <ul class="stack">
        {warnings.map((warning) => (
          <li key={warning.code + warning.sentence}>
            <p><strong>{warning.sentence}</strong> {words.warningQuestion}</p>
            <Checkbox label={words.warningYes} checked={answered.has(warning.code + warning.sentence)} onChecked={(yes) => onAnswer(warning, yes)} />
          </li>
        ))}
      </ul>
    </Card>
  );
}

function VoucherFacts({ voucher, index, count, base, found }: { voucher: VoucherForm; index: number; count: number; base: string; found: readonly Mistake[] }) {
  return (
    <>
      {count > 1 && <h2 class="group-voucher">{say(words.voucherTitle, { thứ: index + 1 })}</h2>}
      {GROUPS.map((group) => (
        <Card key={group} title={words.groups[group]} aside={<EditLink base={base} voucher={index} group={group} />}>
          {group === "lines" ? <LinesTable voucher={voucher} /> : <GroupFacts voucher={voucher} group={group} />}
          {found.filter((one) => one.voucher === index && one.group === group).map((one) => <p key={one.id} class="field-error"><Icon name="error" />{one.sentence}</p>)}
        </Card>
      ))}
    </>
  );
}

function EditLink({ base, voucher, group }: { base: string; voucher: number; group: Group }) {
  return (
    <a class="button button-quiet card-edit" href={`${base}?buoc=${stepOf({ voucher, group })}`} aria-label={say(words.editGroup, { nhóm: words.groups[group] })}>
      <Icon name="edit" />
      <span>{words.edit}</span>
    </a>
  );
}

function GroupFacts({ voucher, group }: { voucher: VoucherForm; group: Group }) {
  return (
    <dl class="facts">
      {factsOf(voucher, group).map((fact) => (
        <div key={fact.label} class={fact.strong ? "fact fact-strong" : "fact"}>
          <dt>{fact.label}</dt>
          <dd><FactValue fact={fact} /></dd>
        </div>
      ))}
    </dl>
  );
}

type Sending = { at: "idle" } | { at: "picking" } | { at: "sending" } | { at: "refused"; problem: Problem };

interface SendBarProps extends CheckPageProps {
  total: bigint;
  /** Undefined until the check has answered. */
  mistakes: number | undefined;
  open: number;
  onRefused: (mistakes: readonly Mistake[]) => void;
}

function SendBar({ desk, dossier, draft, save, total, mistakes, open, onSent, onRefused }: SendBarProps) {
  const [state, setState] = useState<Sending>({ at: "idle" });
  const [keys] = useState(() => new Map<string, string>());
  const online = useOnline();
  const reason = whyNot({ online, saved: save.at === "clean", mistakes, open });
  const send = async (approver: string) => {
    const decision = `${approver} ${dossier.version}`;
    const key = keys.get(decision) ?? actionKey();
    keys.set(decision, key);
    setState({ at: "sending" });
    try {
      const sent = await perform(dossier, { do: "submit", approver }, key);
      desk.adopt(sent);
      onSent(sent);
    } catch (error) {
      const problem = asProblem(error);
      if (problem.fields.length > 0) onRefused(mistakesOf(problem.fields, draft.vouchers));
      setState(problem.fields.length > 0 ? { at: "idle" } : { at: "refused", problem });
    }
  };
  return (
    <>
      <ActionBar reason={reason}>
        <Button icon="send" disabled={reason !== undefined || mistakes === undefined} onClick={() => setState({ at: "picking" })}>{say(words.send, { số: figures(String(total)) })}</Button>
      </ActionBar>
      {state.at !== "idle" && (
        <ApproverSheet
          dossierId={dossier.id}
          title={words.approverTitle}
          account={draft.vouchers[0]?.debit_account}
          busy={state.at === "sending" && words.sending}
          notice={state.at === "refused" ? <RefusalLine problem={state.problem} lost={words.sendLost} onReload={() => void desk.flush()} /> : undefined}
          onPicked={(person) => void send(person.id)}
          onClosed={() => setState({ at: "idle" })}
        />
      )}
    </>
  );
}

function whyNot({ online, saved, mistakes, open }: { online: boolean; saved: boolean; mistakes: number | undefined; open: number }): string | undefined {
  if (!online) return words.sendOffline;
  if (!saved) return words.sendUnsaved;
  if (mistakes !== undefined && mistakes > 0) return say(words.sendBlocked, { n: mistakes });
  return open > 0 ? words.sendUnanswered : undefined;
}

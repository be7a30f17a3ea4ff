/** The officer's one button, alive only under a valid verdict over every file. */
import { useRef, useState } from "preact/hooks";
import { actionKey } from "../../api/action-key";
import { command } from "../../api/command";
import { asProblem, type Problem } from "../../api/problem";
import type { Dossier } from "../../dossier/types";
import { Button } from "../../ui/button";
import { Icon } from "../../ui/icons";
import { Sheet } from "../../ui/sheet";
import { ActionBar } from "../../ui/top-bar";
import { say } from "../../words/say";
import { officer as words } from "../../words/vi/officer";
import { review } from "../../words/vi/review";
import type { Done } from "./actions";
import { worst, type Judgements } from "./signatures";

export interface ReceiveBarProps {
  dossier: Dossier;
  online: boolean;
  judgements: Judgements["state"];
  onDone: (done: Done) => void;
  onStale: () => void;
}

export function ReceiveBar({ dossier, online, judgements, onDone, onStale }: ReceiveBarProps) {
  const [open, setOpen] = useState(false);
  const action = dossier.actions.find((one) => one.action === "receive");
  const blocked = !online ? review.offline : action?.allowed ? blockedBy(judgements) : (action?.reason ?? undefined);
  const verdict = judgements.at === "ready" ? worst(judgements.value) : undefined;
  // A verdict that is not valid leaves no button at all, only its reason.
  if (verdict && verdict.verdict !== "valid") return <ActionBar reason={blocked}>{null}</ActionBar>;
  return (
    <>
      <ActionBar reason={blocked}>
        <Button icon="intake" disabled={blocked !== undefined} onClick={() => setOpen(true)}>{words.accept}</Button>
      </ActionBar>
      {open && <ReceiveSheet dossier={dossier} onClose={() => setOpen(false)} onDone={onDone} onStale={onStale} />}
    </>
  );
}

export function blockedBy(judgements: Judgements["state"]): string | undefined {
  if (judgements.at === "failed") return words.verdictUnknown;
  if (judgements.at !== "ready") return words.waitForVerdict;
  const found = worst(judgements.value);
  if (!found) return words.verdictUnknown;
  return found.verdict === "valid" ? undefined : say(words.notValid, { "kết luận": found.verdict_label });
}

type State = { at: "asking" } | { at: "sending" } | { at: "refused"; problem: Problem };

function ReceiveSheet({ dossier, onClose, onDone, onStale }: { dossier: Dossier; onClose: () => void } & Pick<ReceiveBarProps, "onDone" | "onStale">) {
  const [state, setState] = useState<State>({ at: "asking" });
  const key = useRef(actionKey());
  const send = async () => {
    setState({ at: "sending" });
    try {
      const after = await command("post", "/api/dossiers/{dossier_id}/receive", { path: { dossier_id: dossier.id }, body: { expected_version: dossier.version }, key: key.current });
      onClose();
      onDone({ dossier: after, sentence: words.accepted });
    } catch (error) {
      setState({ at: "refused", problem: asProblem(error) });
    }
  };
  const overtaken = state.at === "refused" && state.problem.status === 409;
  const seeAgain = () => {
    onClose();
    onStale();
  };
  return (
    <Sheet
      open
      title={words.confirmTitle}
      onClose={onClose}
      actions={
        <>
          <Button kind="outline" onClick={onClose}>{words.back}</Button>
          {overtaken ? <Button onClick={seeAgain}>{words.reload}</Button> : <Button guard icon="intake" busy={state.at === "sending" && words.accepting} onClick={() => void send()}>{words.accept}</Button>}
        </>
      }
    >
      <p>{say(words.confirmLead, { "đơn vị": dossier.unit.name })}</p>
      {state.at === "refused" && <div class="note note-warning" role="alert"><Icon name="alert" /><div><p>{state.problem.title}</p>{state.problem.detail && <p class="small">{state.problem.detail}</p>}</div></div>}
    </Sheet>
  );
}

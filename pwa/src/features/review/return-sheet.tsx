/**
 * U5: returning a dossier to its maker, with a reason. Ready-made reasons first, own words second.
 *
 * What is written survives until the server has taken it. Does not: return anything while offline, or later than the tap.
 */
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { actionKey } from "../../api/action-key";
import { command } from "../../api/command";
import { useOnline } from "../../api/use-online";
import { asProblem, type Problem } from "../../api/problem";
import type { Dossier } from "../../dossier/types";
import { Button } from "../../ui/button";
import { Chip } from "../../ui/chip";
import { TextArea } from "../../ui/field";
import { Icon } from "../../ui/icons";
import { Sheet } from "../../ui/sheet";
import { say } from "../../words/say";
import { returning as words } from "../../words/vi/returning";
import { states } from "../../words/vi/states";
import { faultOf, keep, LONGEST, NO_REASON, recall, sentenceOf, type Fault, type Ready, type Reason } from "./return-draft";

const READY = Object.keys(words.ready) as Ready[];
const FAULTS: Record<Exclude<Fault, undefined>, string> = { missing: words.reasonMissing, short: words.reasonShort, long: words.reasonLong };

type State =
  | { at: "writing" }
  | { at: "faulty"; fault: Exclude<Fault, undefined> }
  | { at: "sending" }
  | { at: "refused"; problem: Problem };

export interface ReturnSheetProps {
  dossier: Pick<Dossier, "id" | "version" | "voucher_no" | "code" | "maker">;
  onClose: () => void;
  onReturned: (dossier: Dossier) => void;
  /** The server says that the dossier is no longer as it was: show it again. */
  onStale: () => void;
}

export function ReturnSheet({ dossier, onClose, onReturned, onStale }: ReturnSheetProps) {
  const [reason, setReason] = useState<Reason>(() => recall(dossier.id));
  const [state, setState] = useState<State>({ at: "writing" });
  const online = useOnline();
  const field = useId();
  const key = useRef({ sentence: "", key: "" });
  useEffect(() => keep(dossier.id, reason), [dossier.id, reason]);

  const change = (next: Reason) => {
    setReason(next);
    if (state.at === "faulty") setState({ at: "writing" });
  };
  const toggle = (chip: Ready) => change({ ...reason, chips: reason.chips.includes(chip) ? reason.chips.filter((one) => one !== chip) : [...reason.chips, chip] });
  const send = async () => {
    const fault = faultOf(reason, words.ready);
    if (fault) {
      setState({ at: "faulty", fault });
      document.getElementById(field)?.focus();
      return;
    }
    const sentence = sentenceOf(reason, words.ready);
    // The same words are the same decision, however often they have to be sent.
    if (key.current.sentence !== sentence) key.current = { sentence, key: actionKey() };
    setState({ at: "sending" });
    try {
      const returned = await command("post", "/api/dossiers/{dossier_id}/return", { path: { dossier_id: dossier.id }, body: { expected_version: dossier.version, reason: sentence }, key: key.current.key });
      keep(dossier.id, NO_REASON);
      onReturned(returned);
    } catch (error) {
      setState({ at: "refused", problem: asProblem(error) });
    }
  };

  const overtaken = state.at === "refused" && state.problem.status === 409;
  return (
    <Sheet
      open
      title={say(words.title, { số: dossier.voucher_no || dossier.code })}
      onClose={onClose}
      actions={
        overtaken ? (
          <Button onClick={onStale}>{words.seeAgain}</Button>
        ) : (
          <>
            <Button kind="outline" onClick={onClose}>{words.cancel}</Button>
            <Button guard icon="return" busy={state.at === "sending" && words.busy} disabled={!online} onClick={() => void send()}>{words.confirm}</Button>
          </>
        )
      }
    >
      <p class="return-to"><Icon name="person" /><span>{say(words.to, { tên: dossier.maker.full_name, "chức danh": dossier.maker.title_label })}</span></p>
      {state.at === "refused" && <Refused problem={state.problem} />}
      <div class="chips" role="group" aria-label={words.choose}>
        {READY.map((chip) => <Chip key={chip} on={reason.chips.includes(chip)} onClick={() => toggle(chip)}>{words.ready[chip]}</Chip>)}
      </div>
      <TextArea id={field} label={words.reason} hint={words.hint} max={LONGEST} value={reason.text} onValue={(text) => change({ ...reason, text })} error={state.at === "faulty" ? FAULTS[state.fault] : undefined} />
      {!online && <p class="note note-warning" role="status"><Icon name="offline" /><span>{words.offline}</span></p>}
    </Sheet>
  );
}

function Refused({ problem }: { problem: Problem }) {
  const said = problem.isOffline ? words.offline : (problem.fields[0]?.sentence ?? problem.title);
  return (
    <div class="note note-warning" role="alert">
      <Icon name="alert" />
      <div class="grow">
        <p>{said}</p>
        {problem.detail && <p class="small">{problem.detail}</p>}
        {problem.supportCode && <p class="support-code">{say(states.supportCode, { mã: problem.supportCode })}</p>}
      </div>
    </div>
  );
}

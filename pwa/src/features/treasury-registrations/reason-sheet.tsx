/**
 * Asking the unit to complete, giving back to the officer, refusing: each with a reason somebody will read word for word.
 * What is written survives closing the sheet and a killed app, in this tab.
 */
import { useEffect, useId, useState } from "preact/hooks";
import { useOnline } from "../../api/use-online";
import { Button } from "../../ui/button";
import { Chip } from "../../ui/chip";
import { TextArea } from "../../ui/field";
import { Sheet } from "../../ui/sheet";
import { treasuryRegistrations as words } from "../../words/vi/treasury-registrations";
import { RefusalLine } from "../dossier-actions/refusal-line";
import { faultOf, keep, LONGEST, NO_REASON, recall, sentenceOf, type Fault } from "../review/return-draft";
import type { SheetProps } from "./actions";
import { useDecision } from "./use-decision";

export type Reasoned = "return" | "send_back" | "reject";

const FAULTS: Record<Exclude<Fault, undefined>, string> = { missing: words.reasonMissing, short: words.reasonShort, long: words.reasonLong };

export function ReasonSheet({ desk, move, onDone, onStale, onClose }: SheetProps & { move: Reasoned }) {
  const name = `${move}:${desk.registration.id}`;
  const [reason, setReason] = useState(() => recall(name));
  const [fault, setFault] = useState<Fault>();
  const field = useId();
  const online = useOnline();
  const { title, lead, ready } = words.ask[move];
  const labels: Readonly<Record<string, string>> = ready;
  const { state, send } = useDecision(desk, (after) => {
    keep(name, NO_REASON);
    onDone(after, move);
  });
  useEffect(() => keep(name, reason), [name, reason]);
  const change = (next: typeof reason) => {
    setReason(next);
    setFault(undefined);
  };
  const toggle = (chip: string) => change({ ...reason, chips: reason.chips.includes(chip) ? reason.chips.filter((one) => one !== chip) : [...reason.chips, chip] });
  const commit = () => {
    const found = faultOf(reason, labels);
    setFault(found);
    if (found) document.getElementById(field)?.focus();
    else void send({ do: move, reason: sentenceOf(reason, labels) });
  };
  const told = state.at === "refused" ? state.problem.fields.find(({ path }) => path === "reason")?.sentence : undefined;
  return (
    <Sheet
      open
      title={title}
      onClose={onClose}
      actions={
        <>
          <Button kind="outline" onClick={onClose}>{words.back}</Button>
          <Button guard kind={move === "reject" ? "danger" : "primary"} disabled={!online} busy={state.at === "sending" && words.busy[move]} onClick={commit}>{words.actions[move]}</Button>
        </>
      }
    >
      <p>{lead}</p>
      <div class="chips" role="group" aria-label={words.reasonChoose}>
        {Object.entries(labels).map(([chip, label]) => <Chip key={chip} on={reason.chips.includes(chip)} onClick={() => toggle(chip)}>{label}</Chip>)}
      </div>
      <TextArea
        id={field}
        label={words.reason}
        hint={move === "send_back" ? words.reasonHintOfficer : words.reasonHint}
        max={LONGEST}
        value={reason.text}
        onValue={(text) => change({ ...reason, text })}
        error={told ?? (fault && FAULTS[fault])}
      />
      {!online && <p class="muted" role="status">{words.needsNetwork}</p>}
      {state.at === "refused" && !told && <RefusalLine problem={state.problem} lost={words.offline} onReload={onStale} />}
    </Sheet>
  );
}

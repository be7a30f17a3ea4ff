/** Giving a dossier up, or taking it back from the Treasury: both must say why. What was written survives closing the sheet. */
import { useState } from "preact/hooks";
import { useOnline } from "../../api/use-online";
import { Button } from "../../ui/button";
import { TextArea } from "../../ui/field";
import { Sheet } from "../../ui/sheet";
import { say } from "../../words/say";
import { makerActions as words } from "../../words/vi/maker-actions";
import { useDecision, type DecisionSheetProps } from "./decision";
import { RefusalLine } from "./refusal-line";

const SHORTEST = 10;
const LONGEST = 500;

/** By dossier and decision, so that turning the device or looking something up loses no word. */
const written = new Map<string, string>();

export function ReasonSheet({ dossier, decision, onChanged, onClose }: DecisionSheetProps & { decision: "withdraw" | "cancel" }) {
  const name = `${decision}:${dossier.id}`;
  const [reason, setReason] = useState(written.get(name) ?? "");
  const [missing, setMissing] = useState(false);
  const online = useOnline();
  const { state, decide } = useDecision({
    dossier,
    onChanged(changed) {
      if (changed) written.delete(name);
      onChanged(changed);
    },
  });
  const send = () => {
    const said = reason.trim();
    if (said.length < SHORTEST) {
      setMissing(true);
      document.getElementById("maker-reason")?.focus();
      return;
    }
    void decide({ do: decision, reason: said });
  };
  const cancels = decision === "cancel";
  const told = state.at === "refused" ? state.problem.fields.find((field) => field.path === "reason")?.sentence : undefined;
  return (
    <Sheet
      open
      title={cancels ? say(words.cancelTitle, { mã: dossier.code }) : words.withdrawTitle}
      onClose={onClose}
      actions={
        <>
          <Button kind="outline" onClick={onClose}>{cancels ? words.keep : words.back}</Button>
          <Button guard kind={cancels ? "danger" : "primary"} disabled={!online} busy={state.at === "sending" && (cancels ? words.cancelling : words.withdrawing)} onClick={send}>
            {cancels ? words.cancelConfirm : words.withdrawConfirm}
          </Button>
        </>
      }
    >
      <p>{cancels ? words.cancelLead : words.withdrawPlain}</p>
      <TextArea
        id="maker-reason"
        label={words.reason}
        hint={words.reasonHint}
        error={told ?? (missing && reason.trim().length < SHORTEST ? words.reasonMissing : undefined)}
        value={reason}
        max={LONGEST}
        onValue={(value) => {
          written.set(name, value);
          setReason(value);
        }}
      />
      {!online && <p class="muted" role="status">{words.needsNetwork}</p>}
      {state.at === "refused" && !told && <RefusalLine problem={state.problem} onReload={() => onChanged(undefined)} />}
    </Sheet>
  );
}

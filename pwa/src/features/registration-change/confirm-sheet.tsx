/** Asked before something cannot be taken back by hand: dropping the change, ending the service. */
import { useState } from "preact/hooks";
import { asProblem, type Problem } from "../../api/problem";
import { useOnline } from "../../api/use-online";
import { Button } from "../../ui/button";
import { Sheet } from "../../ui/sheet";
import { registrationChange as words } from "../../words/vi/registration-change";
import { RefusalLine } from "../dossier-actions/refusal-line";
import type { Registration } from "../registration/parts";

export interface ConfirmSheetProps {
  title: string;
  lead: string;
  keep: string;
  confirm: string;
  busy: string;
  act: () => Promise<Registration>;
  onDone: (after: Registration) => void;
  onClose: () => void;
}

type State = { at: "asking" } | { at: "sending" } | { at: "refused"; problem: Problem };

export function ConfirmSheet({ title, lead, keep, confirm, busy, act, onDone, onClose }: ConfirmSheetProps) {
  const [state, setState] = useState<State>({ at: "asking" });
  const online = useOnline();
  const send = async () => {
    setState({ at: "sending" });
    try {
      const after = await act();
      onClose();
      onDone(after);
    } catch (error) {
      setState({ at: "refused", problem: asProblem(error) });
    }
  };
  return (
    <Sheet
      open
      title={title}
      onClose={onClose}
      actions={
        <>
          <Button kind="outline" onClick={onClose}>{keep}</Button>
          <Button guard kind="danger" disabled={!online} busy={state.at === "sending" && busy} onClick={() => void send()}>{confirm}</Button>
        </>
      }
    >
      <p>{lead}</p>
      {!online && <p class="muted" role="status">{words.offline}</p>}
      {state.at === "refused" && <RefusalLine problem={state.problem} lost={words.lost} />}
    </Sheet>
  );
}

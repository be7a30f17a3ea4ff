/** Before returning: give up one's own request to sign, or keep it. */
import { useRef, useState } from "preact/hooks";
import { actionKey } from "../../api/action-key";
import { read } from "../../api/client";
import { command } from "../../api/command";
import { asProblem } from "../../api/problem";
import type { Dossier } from "../../dossier/types";
import { Button } from "../../ui/button";
import { Icon } from "../../ui/icons";
import { Sheet } from "../../ui/sheet";
import { returning as words } from "../../words/vi/returning";
import { rowMenu } from "../../words/vi/row-menu";

type State = { at: "asking" } | { at: "cancelling" } | { at: "refused"; sentence: string };

export interface PendingSheetProps {
  dossierId: string;
  signingId: string;
  onClose: () => void;
  /** The request is closed, and this dossier may be returned. */
  onFree: (dossier: Dossier) => void;
}

export function PendingSheet({ dossierId, signingId, onClose, onFree }: PendingSheetProps) {
  const [state, setState] = useState<State>({ at: "asking" });
  const key = useRef(actionKey());
  const cancel = async () => {
    setState({ at: "cancelling" });
    try {
      await command("post", "/api/signings/{signing_id}/cancel", { path: { signing_id: signingId }, body: {}, key: key.current });
      const dossier = await read("/api/dossiers/{dossier_id}", { path: { dossier_id: dossierId } });
      const action = dossier.actions.find((one) => one.action === "return");
      if (action?.allowed) onFree(dossier);
      else setState({ at: "refused", sentence: action?.reason ?? rowMenu.cannotReturn });
    } catch (error) {
      setState({ at: "refused", sentence: asProblem(error).title });
    }
  };
  return (
    <Sheet
      open
      title={words.signPendingTitle}
      onClose={onClose}
      actions={
        <>
          <Button kind="danger" guard busy={state.at === "cancelling" && words.cancelling} onClick={() => void cancel()}>{words.cancelAndReturn}</Button>
          <Button onClick={onClose}>{words.keepRequest}</Button>
        </>
      }
    >
      <p>{words.signPending}</p>
      {state.at === "refused" && <p class="note note-warning" role="alert"><Icon name="alert" /><span>{state.sentence}</span></p>}
    </Sheet>
  );
}

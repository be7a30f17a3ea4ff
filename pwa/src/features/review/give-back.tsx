/** Returning a dossier to whoever sent it, and giving up an open request to sign before that. */
import type { Dossier } from "../../dossier/types";
import { say } from "../../words/say";
import { returning } from "../../words/vi/returning";
import type { ActionsProps } from "./actions";
import { ReturnSheet } from "./return-sheet";

export { PendingSheet } from "./pending-sheet";

export function Returning({ dossier, onClose, onDone, onStale }: { dossier: Dossier; onClose: () => void } & Pick<ActionsProps, "onDone" | "onStale">) {
  return (
    <ReturnSheet
      dossier={dossier}
      onClose={onClose}
      onReturned={(after) => {
        onClose();
        onDone({ dossier: after, sentence: say(returning.done, { tên: after.maker.full_name }) });
      }}
      onStale={() => {
        onClose();
        onStale();
      }}
    />
  );
}

/** The "⋯" of a row: what can be done without opening the voucher. Fetched on demand. */
import { useState } from "preact/hooks";
import { read } from "../../api/client";
import { asProblem } from "../../api/problem";
import type { Dossier, Row } from "../../dossier/types";
import { navigate } from "../../router";
import { announce } from "../../ui/announce";
import { Icon } from "../../ui/icons";
import { Sheet } from "../../ui/sheet";
import { Button } from "../../ui/button";
import { say } from "../../words/say";
import { returning } from "../../words/vi/returning";
import { rowMenu as words } from "../../words/vi/row-menu";
import { ReturnSheet } from "../review/return-sheet";

type State =
  | { at: "menu" }
  | { at: "reading" }
  | { at: "said"; sentence: string }
  | { at: "returning"; dossier: Dossier };

export function RowMenu({ row, onClose }: { row: Row; onClose: () => void }) {
  const [state, setState] = useState<State>({ at: "menu" });
  const open = () => {
    onClose();
    navigate(`/chung-tu/${row.id}`);
  };
  const beginReturn = async () => {
    setState({ at: "reading" });
    setState(await readForReturn(row.id));
  };
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(row.voucher_no);
      announce(words.copied);
      onClose();
    } catch {
      setState({ at: "said", sentence: words.copyFailed });
    }
  };
  const done = (dossier: Dossier) => setState({ at: "said", sentence: say(returning.done, { tên: dossier.maker.full_name }) });
  if (state.at === "returning") return <ReturnSheet dossier={state.dossier} onClose={onClose} onReturned={done} onStale={open} />;
  return (
    <Sheet open title={say(words.title, { số: row.voucher_no || row.code })} onClose={onClose}>
      {state.at === "said" ? (
        <p class="note note-quiet" role="status"><Icon name="info" /><span>{state.sentence}</span></p>
      ) : (
        <div class="menu">
          <Button kind="quiet" icon="document" onClick={open}>{words.open}</Button>
          <Button kind="quiet" icon="return" busy={state.at === "reading" && words.return} onClick={() => void beginReturn()}>{words.return}</Button>
          {row.voucher_no && <Button kind="quiet" icon="copy" onClick={() => void copy()}>{words.copyNumber}</Button>}
        </div>
      )}
    </Sheet>
  );
}

/** The row does not say whether returning is possible; the dossier does, in the server's words. */
async function readForReturn(id: string): Promise<State> {
  try {
    const dossier = await read("/api/dossiers/{dossier_id}", { path: { dossier_id: id } });
    const action = dossier.actions.find((one) => one.action === "return");
    if (action?.allowed) return { at: "returning", dossier };
    return { at: "said", sentence: action?.reason ?? words.cannotReturn };
  } catch (error) {
    return { at: "said", sentence: asProblem(error).title };
  }
}

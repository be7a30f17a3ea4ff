/** Giving the dossier up: asked once, by its own name. */
import { useState } from "preact/hooks";
import { actionKey } from "../../api/action-key";
import { asProblem, type Problem } from "../../api/problem";
import { useOnline } from "../../api/use-online";
import { Button } from "../../ui/button";
import { Sheet } from "../../ui/sheet";
import { say } from "../../words/say";
import { sending as words } from "../../words/vi/registering-sending";
import { Note } from "./note";
import type { StageProps } from "./stage-props";

type State = { at: "closed" } | { at: "asking"; problem?: Problem } | { at: "sending" };

export function CancelDossier({ api, server, onMoved }: StageProps) {
  const [state, setState] = useState<State>({ at: "closed" });
  const [key] = useState(actionKey);
  const online = useOnline();
  const cancel = async () => {
    setState({ at: "sending" });
    try {
      onMoved(await api.cancel(server.version, key));
    } catch (error) {
      setState({ at: "asking", problem: asProblem(error) });
    }
  };
  return (
    <>
      <Button kind="quiet" icon="close" class="row-danger" onClick={() => setState({ at: "asking" })}>{words.cancelDossier}</Button>
      {state.at !== "closed" && (
        <Sheet
          open
          title={words.cancelTitle}
          onClose={() => setState({ at: "closed" })}
          actions={<><Button kind="outline" onClick={() => setState({ at: "closed" })}>{words.keepDossier}</Button><Button kind="danger" guard busy={state.at === "sending" && words.cancelling} disabled={!online} onClick={() => void cancel()}>{words.cancelDossier}</Button></>}
        >
          <p>{say(words.cancelBody, { mã: server.code ?? "" })}</p>
          {state.at === "asking" && state.problem && <Note tone="danger">{state.problem.title}</Note>}
        </Sheet>
      )}
    </>
  );
}

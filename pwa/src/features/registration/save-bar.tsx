/** "Lưu", twice: the first gives the dossier its code, the second makes the declarations. */
import { useRef, useState } from "preact/hooks";
import { actionKey } from "../../api/action-key";
import { asProblem, type Problem } from "../../api/problem";
import { useOnline } from "../../api/use-online";
import { Button } from "../../ui/button";
import { ActionBar } from "../../ui/top-bar";
import { registering } from "../../words/vi/registering";
import { sending as words } from "../../words/vi/registering-sending";
import type { Api } from "./api";
import type { Desk } from "./desk";
import { Note } from "./note";
import type { Registration } from "./parts";

export interface SaveBarProps {
  api: Api;
  desk: Desk;
  server: Registration;
  onBack: () => void;
  /** Something is to be mended first; it stands in the summary. */
  onRefused: () => void;
  onMoved: (registration: Registration) => void;
}

type State = { at: "idle" } | { at: "saving" } | { at: "failed"; problem: Problem };

export function SaveBar({ api, desk, server, onBack, onRefused, onMoved }: SaveBarProps) {
  const [state, setState] = useState<State>({ at: "idle" });
  const key = useRef<string | undefined>(undefined);
  const online = useOnline();
  const first = server.stage === "draft";
  const save = async () => {
    setState({ at: "saving" });
    const saved = await desk.flush();
    const now = desk.server.get() ?? server;
    if (!saved || now.problems.some(({ step }) => step < 4 || !first)) {
      setState({ at: "idle" });
      return onRefused();
    }
    // Nothing was changed since the declarations were made: they still stand.
    if (now.stage === "awaiting_approval") return onMoved(now);
    key.current ??= actionKey();
    try {
      onMoved(await (first ? api.save : api.complete)(now.version, key.current));
    } catch (error) {
      const problem = asProblem(error);
      // The same tap sent again is the same decision, as long as nobody knows whether it arrived.
      if (!problem.isOffline) key.current = undefined;
      setState({ at: "failed", problem });
    }
  };
  return (
    <ActionBar reason={online ? undefined : words.saveOffline}>
      {state.at === "failed" && <Note tone="danger" class="save-refused">{state.problem.fields[0]?.sentence ?? state.problem.title}</Note>}
      <Button kind="outline" class="button-fit" onClick={onBack}>{registering.back}</Button>
      <Button icon="check" class="button-grow" disabled={!online} busy={state.at === "saving" && (first ? words.saving : words.completing)} onClick={() => void save()}>{first ? words.save : words.complete}</Button>
    </ActionBar>
  );
}

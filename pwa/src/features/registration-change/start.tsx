/** No change is open: choose what shall change. Choosing begins it; nothing is sent to anybody yet. */
import { useState } from "preact/hooks";
import { asProblem, type Problem } from "../../api/problem";
import { useOnline } from "../../api/use-online";
import { navigate } from "../../router";
import { usePerson } from "../../session/person";
import { Icon } from "../../ui/icons";
import { TopBar } from "../../ui/top-bar";
import { registrationChange as words } from "../../words/vi/registration-change";
import { RefusalLine } from "../dossier-actions/refusal-line";
import { draftOf, type Registration } from "../registration/parts";
import { KindList } from "./kind-list";
import { FIRST_KINDS, whereOf } from "./kinds";
import { beginChange, OFFICE } from "./office";

type State = { at: "idle" } | { at: "starting" } | { at: "failed"; problem: Problem };

export function Start({ onBegun }: { onBegun: (change: Registration) => void }) {
  const [state, setState] = useState<State>({ at: "idle" });
  const { id } = usePerson();
  const online = useOnline();
  const begin = async (kind: (typeof FIRST_KINDS)[number]) => {
    setState({ at: "starting" });
    try {
      const change = await beginChange();
      navigate(OFFICE.home, { replace: true });
      onBegun(change);
      navigate(OFFICE.home + whereOf(kind, draftOf(change), id));
    } catch (error) {
      setState({ at: "failed", problem: asProblem(error) });
    }
  };
  return (
    <>
      <TopBar title={words.title} back={OFFICE.exit} />
      <div class="content">
        <p>{words.lead}</p>
        {online && state.at === "failed" && <RefusalLine problem={state.problem} lost={words.loadFailed} />}
        {state.at === "starting" && <p role="status" class="muted">{words.starting}</p>}
        {!online && <p class="note note-warning" role="status"><Icon name="offline" /><span>{words.offline}</span></p>}
        <KindList kinds={FIRST_KINDS} busy={state.at === "starting" || !online} onChoose={(kind) => void begin(kind)} />
        <Promises />
      </div>
    </>
  );
}

/** What a change does not do before it is approved. */
export function Promises() {
  return (
    <ul class="promises small">
      {[words.effect, words.inForce, words.oldContact].map((promise) => <li key={promise}><Icon name="info" /><span>{promise}</span></li>)}
    </ul>
  );
}

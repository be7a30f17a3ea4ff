/** "Chuyển người khác": an officer of the same office, chosen by name, goes on with the registration. */
import { useState } from "preact/hooks";
import { useLoaded, type Loaded } from "../../api/use-loaded";
import { useOnline } from "../../api/use-online";
import { Button } from "../../ui/button";
import { RadioCards } from "../../ui/field";
import { Sheet } from "../../ui/sheet";
import { Skeleton } from "../../ui/skeleton";
import { ErrorState } from "../../ui/states";
import { say } from "../../words/say";
import { treasuryRegistrations as words } from "../../words/vi/treasury-registrations";
import { RefusalLine } from "../dossier-actions/refusal-line";
import type { SheetProps } from "./actions";
import { readColleagues } from "./calls";
import type { Colleague } from "./types";
import { useDecision } from "./use-decision";

export function HandOverSheet({ desk, onDone, onStale, onClose }: SheetProps) {
  const { state: list, reload } = useLoaded(readColleagues, "colleagues");
  const [chosen, choose] = useState<string>();
  const [missing, setMissing] = useState(false);
  const online = useOnline();
  const { state, send } = useDecision(desk, (after) => onDone(after, "hand_over"));
  const told = state.at === "refused" ? state.problem.fields.find(({ path }) => path === "officer_id")?.sentence : undefined;
  const some = list.at === "ready" && list.value.length > 0;
  const commit = () => {
    setMissing(chosen === undefined);
    if (chosen !== undefined) void send({ do: "hand_over", officer_id: chosen });
  };
  return (
    <Sheet
      open
      title={words.handOver.title}
      onClose={onClose}
      actions={
        <>
          <Button kind="outline" onClick={onClose}>{words.back}</Button>
          {some && <Button guard icon="person" disabled={!online} busy={state.at === "sending" && words.busy.hand_over} onClick={commit}>{words.handOver.commit}</Button>}
        </>
      }
    >
      <p>{say(words.handOver.lead, { "đơn vị": desk.registration.content.unit.unit_name })}</p>
      <Colleagues list={list} reload={() => void reload()} chosen={chosen} choose={choose} error={told ?? (missing && chosen === undefined ? words.handOver.missing : undefined)} />
      {!online && <p class="muted" role="status">{words.needsNetwork}</p>}
      {state.at === "refused" && !told && <RefusalLine problem={state.problem} lost={words.offline} onReload={onStale} />}
    </Sheet>
  );
}

interface ColleaguesProps {
  list: Loaded<Colleague[]>;
  reload: () => void;
  chosen: string | undefined;
  choose: (id: string) => void;
  error: string | undefined;
}

function Colleagues({ list, reload, chosen, choose, error }: ColleaguesProps) {
  switch (list.at) {
    case "loading":
      return <Skeleton shapes={["row"]} />;
    case "failed":
      return <ErrorState happened={list.problem.isOffline ? words.handOver.failed : list.problem.title} supportCode={list.problem.supportCode} onRetry={reload} />;
    case "ready":
      if (list.value.length === 0) return <p class="muted">{words.handOver.nobody}</p>;
      return <RadioCards legend={words.handOver.who} choices={list.value.map((one) => ({ value: one.id, title: one.full_name, sub: say(words.handOver.held, { n: one.held }) }))} value={chosen} onValue={choose} error={error} />;
    default:
      return list satisfies never;
  }
}

/** Taking several registrations in hand: how many are chosen, the button, and what became of each. */
import { useEffect, useRef } from "preact/hooks";
import { useOnline } from "../../api/use-online";
import { Button } from "../../ui/button";
import { Icon } from "../../ui/icons";
import { ActionBar } from "../../ui/top-bar";
import { say } from "../../words/say";
import { treasuryRegistrations as words } from "../../words/vi/treasury-registrations";
import type { Outcome } from "./picking";
import type { PickingControl } from "./use-picking";

/** Above the rows: begin, or how far it is. Nothing where there is nothing to choose from. */
export function PickHead({ picking }: { picking: PickingControl }) {
  const { state, free, chosen } = picking;
  if (state.at === "off") {
    return (
      <>
        {state.outcome && <OutcomeNote outcome={state.outcome} />}
        {free.length > 1 && <Button class="pick-begin" kind="outline" icon="check-circle" onClick={picking.begin}>{words.pick.begin}</Button>}
      </>
    );
  }
  return (
    <div class="pick-head">
      <p class="grow" role="status">{say(words.pick.count, { n: chosen.length, tổng: free.length })}</p>
      <Button kind="quiet" onClick={picking.all}>{words.pick.all}</Button>
    </div>
  );
}

export function PickBar({ picking }: { picking: PickingControl }) {
  const online = useOnline();
  const { state, chosen } = picking;
  if (state.at === "off") return null;
  const problem = state.at === "choosing" ? state.problem : undefined;
  const told = problem && (problem.isOffline ? words.offline : problem.title);
  return (
    <ActionBar reason={told ?? (online ? undefined : words.needsNetwork)}>
      <Button kind="outline" onClick={picking.end}>{words.pick.end}</Button>
      <Button icon="intake" disabled={!online || chosen.length === 0} busy={state.at === "taking" && words.pick.busy} onClick={() => void picking.take()}>
        {chosen.length === 0 ? words.pick.takeNone : say(words.pick.take, { n: chosen.length })}
      </Button>
    </ActionBar>
  );
}

/** The button that was pressed is gone: the answer takes the focus. */
function OutcomeNote({ outcome: { taken, refused } }: { outcome: Outcome }) {
  const note = useRef<HTMLDivElement>(null);
  useEffect(() => note.current?.focus(), [taken, refused]);
  return (
    <div ref={note} class={`note ${refused.length > 0 ? "note-warning" : "note-good"} pick-outcome`} role="status" tabIndex={-1}>
      <Icon name={refused.length > 0 ? "alert" : "check-circle"} />
      <div class="grow stack-tight">
        <p>{taken > 0 ? say(words.pick.done, { n: taken }) : words.pick.none}</p>
        {refused.length > 0 && <ul>{refused.map(({ unit, reason }) => <li key={unit}>{say(words.pick.refused, { "đơn vị": unit, "lý do": reason })}</li>)}</ul>}
      </div>
    </div>
  );
}

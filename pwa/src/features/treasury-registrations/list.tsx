/** The registrations, or the changes, that wait at this Treasury office, those due first on top; a page at a time. */
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { asProblem } from "../../api/problem";
import { useLoaded } from "../../api/use-loaded";
import { useEvents } from "../../realtime/use-events";
import { usePerson } from "../../session/person";
import { arrowThrough } from "../../ui/arrow-keys";
import { Button } from "../../ui/button";
import { clockTime } from "../../ui/format";
import { Skeleton } from "../../ui/skeleton";
import { EmptyState, ErrorState } from "../../ui/states";
import { say } from "../../words/say";
import { treasuryRegistrations as words } from "../../words/vi/treasury-registrations";
import { readPage, type Tab } from "./calls";
import { PickBar, PickHead } from "./pick-bar";
import { Row } from "./row";
import type { RegistrationPage, RegistrationRow } from "./types";
import { usePicking, type PickingControl } from "./use-picking";

type More = { at: "idle" } | { at: "loading" } | { at: "failed"; sentence: string };

export interface ListProps {
  tab: Tab;
  selected: string | undefined;
  /** Grows when the person asks for the list anew. */
  turn: number;
  /** Above the list. */
  tabs: ComponentChildren;
}

export function RegistrationList({ tab, selected, turn, tabs }: ListProps) {
  const [older, setOlder] = useState<RegistrationPage>();
  const [more, setMore] = useState<More>({ at: "idle" });
  const { state, reload } = useLoaded(() => readPage(tab, undefined), tab);
  const follow = () => {
    // Further pages are read again from the new first one, or a row could stand twice.
    setOlder(undefined);
    void reload();
  };
  useEvents("inbox.changed", follow);
  useEffect(() => {
    if (turn > 0) follow();
  }, [turn]);
  const rows = state.at === "ready" ? [...state.value.items, ...(older?.items ?? [])] : [];
  const picking = usePicking(rows, follow);
  const officer = usePerson().title === "treasury_officer";
  if (state.at === "loading") return <div class="content">{tabs}<Skeleton shapes={["row", "row", "row", "row", "row"]} /></div>;
  if (state.at === "failed") return <div class="content">{tabs}<ErrorState happened={state.problem.isOffline ? words.failed : state.problem.title} advice={state.problem.detail} supportCode={state.problem.supportCode} onRetry={follow} /></div>;
  const next = older ? older.next_cursor : state.value.next_cursor;
  const readMore = async (cursor: string) => {
    setMore({ at: "loading" });
    try {
      const page = await readPage(tab, cursor);
      setOlder({ ...page, items: [...(older?.items ?? []), ...page.items] });
      setMore({ at: "idle" });
    } catch (error) {
      const problem = asProblem(error);
      setMore({ at: "failed", sentence: problem.isOffline ? words.moreFailed : problem.title });
    }
  };
  return (
    <>
      <div class="content">
        {tabs}
        {officer && <PickHead picking={picking} />}
        {state.problem && <p class="muted small" role="status">{say(words.stale, { giờ: clockTime(state.loadedAt) })}</p>}
        {rows.length === 0 && <EmptyState icon="intake">{words.empty}</EmptyState>}
        <ul class="row-list" hidden={rows.length === 0} aria-label={tab === "new" ? words.listNew : words.listChange} onKeyDown={(event) => (officer && pickBySpace(event, rows, picking)) || arrowThrough(event)}>
          {rows.map((row) => <Row key={row.id} row={row} selected={row.id === selected} picking={picking.state.at === "off" ? undefined : picking} />)}
        </ul>
        {more.at === "failed" && <p class="field-error" role="alert">{more.sentence}</p>}
        {next && <Button kind="outline" wide busy={more.at === "loading" && words.loadingMore} onClick={() => void readMore(next)}>{words.readOn}</Button>}
      </div>
      {officer && <PickBar picking={picking} />}
    </>
  );
}

/** The space bar on a row chooses it, as it does on a check box. */
function pickBySpace(event: KeyboardEvent, rows: readonly RegistrationRow[], picking: PickingControl): boolean {
  if (event.key !== " " || !(event.target instanceof HTMLAnchorElement)) return false;
  const id = event.target.closest("li")?.dataset["id"];
  const row = rows.find((one) => one.id === id);
  if (!row) return false;
  event.preventDefault();
  picking.toggle(row);
  return true;
}

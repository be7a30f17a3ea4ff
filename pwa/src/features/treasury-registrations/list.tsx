/** The registrations, or the changes, that wait at this Treasury office, those due first on top; a page at a time. */
import { useEffect, useState } from "preact/hooks";
import { asProblem } from "../../api/problem";
import { useLoaded } from "../../api/use-loaded";
import { useEvents } from "../../realtime/use-events";
import { arrowThrough } from "../../ui/arrow-keys";
import { Button } from "../../ui/button";
import { clockTime } from "../../ui/format";
import { Skeleton } from "../../ui/skeleton";
import { EmptyState, ErrorState } from "../../ui/states";
import { say } from "../../words/say";
import { treasuryRegistrations as words } from "../../words/vi/treasury-registrations";
import { readPage, type Tab } from "./calls";
import { Row } from "./row";
import type { RegistrationPage } from "./types";

type More = { at: "idle" } | { at: "loading" } | { at: "failed"; sentence: string };

export interface ListProps {
  tab: Tab;
  selected: string | undefined;
  /** Grows when the person asks for the list anew. */
  turn: number;
}

export function RegistrationList({ tab, selected, turn }: ListProps) {
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
  if (state.at === "loading") return <Skeleton shapes={["row", "row", "row", "row", "row"]} />;
  if (state.at === "failed") return <ErrorState happened={state.problem.isOffline ? words.failed : state.problem.title} advice={state.problem.detail} supportCode={state.problem.supportCode} onRetry={follow} />;
  const rows = [...state.value.items, ...(older?.items ?? [])];
  const next = older ? older.next_cursor : state.value.next_cursor;
  if (rows.length === 0) return <EmptyState icon="intake">{words.empty}</EmptyState>;
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
      {state.problem && <p class="muted small" role="status">{say(words.stale, { giờ: clockTime(state.loadedAt) })}</p>}
      <ul class="row-list" aria-label={tab === "new" ? words.listNew : words.listChange} onKeyDown={arrowThrough}>
        {rows.map((row) => <Row key={row.id} row={row} selected={row.id === selected} />)}
      </ul>
      {more.at === "failed" && <p class="field-error" role="alert">{more.sentence}</p>}
      {next && <Button kind="outline" wide busy={more.at === "loading" && words.loadingMore} onClick={() => void readMore(next)}>{words.readOn}</Button>}
    </>
  );
}

/** U14: everything this person may see, newest first. The filter is in the address, so it survives going back and sharing. */
import { useState } from "preact/hooks";
import { read, serverNow } from "../../api/client";
import { News, Next } from "../../dossier/live-rows";
import { useListSearch } from "../../dossier/list-search";
import { DossierRow } from "../../dossier/row";
import { RowList } from "../../dossier/row-list";
import { SearchBox } from "../../dossier/search-box";
import { toneOf } from "../../dossier/tone";
import { useRows } from "../../dossier/use-rows";
import type { ScreenProps } from "../../screens";
import { deskOf } from "../../session/roles";
import { usePerson } from "../../session/person";
import { Button } from "../../ui/button";
import { StatusBadge } from "../../ui/badge";
import { Chip } from "../../ui/chip";
import { clockTime, day, dayAndTime } from "../../ui/format";
import { Skeleton } from "../../ui/skeleton";
import { EmptyState, ErrorState } from "../../ui/states";
import { TopBar } from "../../ui/top-bar";
import { amountInWords } from "../../words/amount-in-words";
import { say } from "../../words/say";
import { history as words } from "../../words/vi/history";
import { lists } from "../../words/vi/lists";
import { states } from "../../words/vi/states";
import { daysOf, queryOf, readFilter, writeFilter, type Filter, type Period } from "./filter";
import { FilterSheet } from "./filter-sheet";

const PATH = "/lich-su";
const PERIODS: readonly { value: Period; label: string }[] = [
  { value: "7", label: words.days7 },
  { value: "30", label: words.days30 },
  { value: "nam", label: words.thisYear },
];

export function Screen({ selected }: ScreenProps) {
  const { search, setSearch } = useListSearch(PATH);
  const filter = readFilter(search);
  const today = todayInVietnam();
  const rows = useRows((cursor) => read("/api/dossiers", { query: queryOf(filter, today, cursor) }), `${writeFilter(filter)} ${today}`);
  const { state } = rows;
  const [choosing, setChoosing] = useState(false);
  const officer = deskOf(usePerson().title) === "officer";
  const set = (changes: Partial<Filter>) => setSearch(writeFilter({ ...filter, ...changes }));
  const further = furtherOf(filter);
  return (
    <>
      <TopBar title={words.title} sub={state.at === "ready" && state.problem ? say(states.stale, { giờ: clockTime(state.loadedAt) }) : undefined} />
      <div class="content" aria-busy={state.at === "loading"}>
        <SearchBox value={filter.q} onValue={(q) => set({ q })} />
        <div class="chips" role="group" aria-label={words.period}>
          {PERIODS.map(({ value, label }) => <Chip key={value} on={filter.period === value} onClick={() => set({ period: value })}>{label}</Chip>)}
          <Chip on={filter.period === "chon"} onClick={() => setChoosing(true)}>{filter.period === "chon" ? spanOf(filter, today) : words.custom}</Chip>
          <Chip on={further.length > 0} onClick={() => setChoosing(true)}>{further.length > 0 ? say(words.filterCount, { n: further.length }) : words.filter}</Chip>
        </div>
        {filter.group && <p class="filter-line"><StatusBadge tone={filter.group === "cancelled" ? "neutral" : "info"}>{words.status[filter.group]}</StatusBadge></p>}
        <News rows={rows} />
        {state.at === "loading" && <Skeleton shapes={["row", "row", "row", "row", "row", "row", "row", "row"]} />}
        {state.at === "failed" && <ErrorState happened={state.problem.isOffline ? words.failed : (state.problem.fields[0]?.sentence ?? words.failed)} supportCode={state.problem.supportCode} onRetry={rows.reload} />}
        {state.at === "ready" && state.shown.rows.length === 0 && <Nothing filter={filter} clear={() => setSearch("")} />}
        {state.at === "ready" && (
          <>
            <RowList state={state} label={words.list}>
              {(row) => (
                <DossierRow
                  key={row.id}
                  row={row}
                  selected={row.id === selected}
                  badge={<StatusBadge tone={toneOf(row.status)}>{row.status_label}</StatusBadge>}
                  moment={dayAndTime(row.waiting_since)}
                  from={officer ? row.unit_name : ""}
                  inWords={amountInWords}
                />
              )}
            </RowList>
            <Next rows={rows} />
          </>
        )}
      </div>
      {choosing && (
        <FilterSheet
          filter={filter}
          onClose={() => setChoosing(false)}
          onChosen={(next) => {
            setChoosing(false);
            setSearch(writeFilter({ ...next, q: filter.q }));
          }}
        />
      )}
    </>
  );
}

function todayInVietnam(): string {
  return day(serverNow()).split("/").reverse().join("-");
}

function furtherOf(filter: Filter): string[] {
  return [filter.group, filter.least, filter.most].filter(Boolean);
}

function spanOf(filter: Filter, today: string): string {
  const { from, to } = daysOf(filter, today);
  return [from, to].map((one) => (one ? day(one) : "…")).join(" – ");
}

function Nothing({ filter, clear }: { filter: Filter; clear: () => void }) {
  const action = <Button kind="outline" onClick={clear}>{lists.clearFilter}</Button>;
  if (filter.q) return <EmptyState icon="search" action={action}>{say(lists.noResult, { "từ khóa": filter.q })}</EmptyState>;
  if (furtherOf(filter).length > 0) return <EmptyState icon="filter" action={action}>{words.nothing}</EmptyState>;
  return <EmptyState icon="history">{words.empty}</EmptyState>;
}

/** Dossiers of vouchers that have arrived at the office and wait to be received, oldest first. */
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { read } from "../../api/client";
import { rememberFirstCall } from "../../api/first-call";
import { News, Next } from "../../dossier/live-rows";
import { withParams } from "../../dossier/list-search";
import { DossierRow } from "../../dossier/row";
import { RowList } from "../../dossier/row-list";
import { SearchBox } from "../../dossier/search-box";
import { useRows } from "../../dossier/use-rows";
import { arrowThrough } from "../../ui/arrow-keys";
import { IconButton } from "../../ui/icon-button";
import { Chip } from "../../ui/chip";
import { clockTime } from "../../ui/format";
import { Skeleton } from "../../ui/skeleton";
import { EmptyState, ErrorState } from "../../ui/states";
import { TopBar } from "../../ui/top-bar";
import { amountInWords } from "../../words/amount-in-words";
import { say } from "../../words/say";
import { inbox } from "../../words/vi/inbox";
import { officer as words } from "../../words/vi/officer";
import { rows as rowWords } from "../../words/vi/rows";
import { lists } from "../../words/vi/lists";
import { states } from "../../words/vi/states";
import { KeysButton } from "../treasury-registrations/keys-sheet";

export interface VouchersProps {
  selected: string | undefined;
  /** The query of the list's address, and how to write another. */
  search: string;
  setSearch: (next: string) => void;
  /** Above the rows. */
  tabs: ComponentChildren;
}

export function Vouchers({ selected, search, setSearch, tabs }: VouchersProps) {
  const params = new URLSearchParams(search);
  const [q, unit] = [params.get("tim") ?? "", params.get("don-vi") ?? ""];
  const rows = useRows((cursor) => read("/api/inbox", { query: { ...(q && { q }), ...(cursor && { cursor }) } }), q);
  const { state } = rows;
  const [searching, setSearching] = useState(false);
  useEffect(() => rememberFirstCall("/tiep-nhan", "/api/inbox"), []);
  const change = (changes: Record<string, string>) => setSearch(withParams(search, changes));
  const title = state.at === "ready" ? say(words.titleCount, { n: state.page.count }) : undefined;
  const units = state.at === "ready" ? [...new Set(state.shown.rows.map((row) => row.unit_name))] : [];
  return (
    <>
      <TopBar
        title={title ?? words.title}
        sub={state.at === "ready" && state.problem ? say(states.stale, { giờ: clockTime(state.loadedAt) }) : undefined}
        actions={
          <>
            <IconButton name={rowWords.openSearch} icon="search" aria-expanded={searching || q !== ""} onClick={() => setSearching(!searching)} />
            <IconButton name={inbox.refresh} icon="refresh" onClick={rows.reload} />
            <KeysButton />
          </>
        }
      />
      <div class="content" aria-busy={state.at === "loading"} onKeyDown={arrowThrough}>
        {tabs}
        {(searching || q !== "") && <SearchBox value={q} eager={searching} onValue={(tim) => change({ tim })} />}
        <News rows={rows} said={title} />
        {state.at === "loading" && <Skeleton shapes={["row", "row", "row", "row", "row"]} />}
        {state.at === "failed" && <ErrorState happened={words.failed} supportCode={state.problem.supportCode} onRetry={rows.reload} />}
        {state.at === "ready" && (
          <>
            {(units.length > 1 || unit !== "") && (
              <div class="chips" role="group" aria-label={inbox.filters}>
                <Chip on={unit === ""} onClick={() => change({ "don-vi": "" })}>{inbox.filterAll}</Chip>
                {units.map((name) => <Chip key={name} on={unit === name} onClick={() => change({ "don-vi": unit === name ? "" : name })}>{name}</Chip>)}
              </div>
            )}
            {state.shown.rows.length === 0 && (q === "" ? <EmptyState icon="intake">{words.empty}</EmptyState> : <EmptyState icon="search" action={<button type="button" class="button button-outline" onClick={() => change({ tim: "", "don-vi": "" })}>{lists.clearFilter}</button>}>{say(lists.noResult, { "từ khóa": q })}</EmptyState>)}
            <RowList state={state} label={words.list} only={(row) => unit === "" || row.unit_name === unit}>
              {(row, marks) => <DossierRow key={row.id} row={row} {...marks} selected={row.id === selected} from={row.unit_name} inWords={amountInWords} />}
            </RowList>
            <Next rows={rows} />
          </>
        )}
      </div>
    </>
  );
}

/**
 * U3: what waits for this person. The only screen in the first download, so what a tap asks for is fetched then.
 *
 * The list follows the server quietly; nothing moves under a finger. Does not: decide what is urgent or whose pen it is.
 */
import type { ComponentType } from "preact";
import { useContext, useEffect, useRef, useState } from "preact/hooks";
import { call, rememberFirstCall } from "../../api/client";
import { DossierRow } from "../../dossier/row";
import { RowList } from "../../dossier/row-list";
import { SearchBox } from "../../dossier/search-box";
import { useListSearch, withParams } from "../../dossier/list-search";
import type { Row } from "../../dossier/types";
import { useRows } from "../../dossier/use-rows";
import { later } from "../../later";
import { useEvents } from "../../realtime/use-events";
import type { ScreenProps } from "../../screens";
import { useStore } from "../../store";
import { Amount } from "../../ui/amount";
import { announce } from "../../ui/announce";
import { IconButton } from "../../ui/button";
import { Chip } from "../../ui/card";
import { clockTime } from "../../ui/format";
import { Skeleton } from "../../ui/skeleton";
import { Pane, TopBar } from "../../ui/top-bar";
import { say } from "../../words/say";
import { inbox as words } from "../../words/vi/inbox";
import { rows as rowWords } from "../../words/vi/rows";
import { shell } from "../../words/vi/shell";

const PATH = "/";
const URGENT = "gap";

export function Screen({ selected }: ScreenProps) {
  const { search, setSearch } = useListSearch(PATH);
  const params = new URLSearchParams(search);
  const [urgent, q, unit] = [params.get("loc") === URGENT, params.get("tim") ?? "", params.get("don-vi") ?? ""];
  const control = useRows((cursor) => ask(urgent, q, cursor), `${String(urgent)} ${q}`);
  const { state, follow, tidy } = control;
  const [searching, setSearching] = useState(false);
  const [menu, setMenu] = useState<Row>();
  const { active } = useContext(Pane);
  const extra = useStore(later);
  useEvents("inbox.changed", follow);
  useEvents("dossier.changed", follow);
  useEffect(() => rememberFirstCall(PATH, "/api/inbox"), []);
  useEffect(() => {
    if (active) tidy();
  }, [active, tidy]);
  const count = state.at === "ready" ? state.page.count : undefined;
  useAnnounced(count);
  const change = (changes: Record<string, string>) => setSearch(withParams(search, changes));
  const units = state.at === "ready" ? [...new Set(state.shown.rows.map((row) => row.unit_name))] : [];
  return (
    <>
      <TopBar
        title={count === undefined ? words.title : say(words.titleCount, { n: count })}
        sub={state.at === "ready" && state.problem ? say(shell.stale, { giờ: clockTime(state.loadedAt) }) : undefined}
        actions={
          <>
            <IconButton name={rowWords.openSearch} icon="search" aria-expanded={searching || q !== ""} onClick={() => setSearching(!searching)} />
            <IconButton name={words.refresh} icon="refresh" onClick={control.reload} />
          </>
        }
      />
      <div class="content" aria-busy={state.at === "loading"}>
        {(searching || q !== "") && <SearchBox value={q} eager={searching} onValue={(tim) => change({ tim })} />}
        {state.at === "loading" && <Skeleton shapes={["hero", "chips", "row", "row", "row", "row", "row"]} />}
        {state.at === "failed" && extra && <extra.ErrorState happened={words.failed} supportCode={state.problem.supportCode} onRetry={control.reload} />}
        {state.at === "ready" && (
          <>
            <Total amount={state.page.total_amount} count={state.page.count} urgent={state.page.urgent_count} />
            {state.page.count > 0 && (
              <div class="chips" role="group" aria-label={words.filters}>
                <Chip on={!urgent && unit === ""} onClick={() => change({ loc: "", "don-vi": "" })}>{words.filterAll}</Chip>
                <Chip on={urgent} count={state.page.urgent_count} onClick={() => change({ loc: urgent ? "" : URGENT })}>{words.filterUrgent}</Chip>
                {(units.length > 1 || unit !== "") && units.map((name) => <Chip key={name} on={unit === name} onClick={() => change({ "don-vi": unit === name ? "" : name })}>{say(words.filterUnit, { tên: name })}</Chip>)}
              </div>
            )}
            {state.shown.rows.length === 0 && extra && <Nothing q={q} urgent={urgent} clear={() => change({ loc: "", tim: "", "don-vi": "" })} />}
            <RowList state={state} control={control} label={words.oldestFirst} only={(row) => unit === "" || row.unit_name === unit}>
              {(row, marks) => (
                <DossierRow
                  key={row.id}
                  row={row}
                  {...marks}
                  selected={row.id === selected}
                  aside={<IconButton class="row-more" name={say(words.more, { số: row.voucher_no })} icon="more" aria-haspopup="dialog" onClick={() => setMenu(row)} />}
                />
              )}
            </RowList>
          </>
        )}
      </div>
      {menu && <Menu key={menu.id} row={menu} onClose={() => setMenu(undefined)} />}
    </>
  );
}

function ask(urgent: boolean, q: string, cursor: string | undefined) {
  return call("get", "/api/inbox", { query: { ...(urgent && { filter: "urgent" as const }), ...(q && { q }), ...(cursor && { cursor }) } });
}

/** The first number is on the screen already; only a change is news. */
function useAnnounced(count: number | undefined): void {
  const said = useRef(count);
  useEffect(() => {
    if (count === undefined || count === said.current) return;
    if (said.current !== undefined) announce(say(words.titleCount, { n: count }));
    said.current = count;
  }, [count]);
}

function Total({ amount, count, urgent }: { amount: number; count: number; urgent: number }) {
  return (
    <section class="hero">
      <p class="muted">{words.total}</p>
      <Amount value={amount} size="hero" />
      <dl class="hero-numbers">
        <div><dt>{words.vouchers}</dt><dd>{count}</dd></div>
        <div><dt>{words.urgentOnes}</dt><dd>{urgent}</dd></div>
      </dl>
    </section>
  );
}

function Nothing({ q, urgent, clear }: { q: string; urgent: boolean; clear: () => void }) {
  const extra = useStore(later);
  if (!extra) return null;
  if (q === "" && !urgent) return <extra.EmptyState action={<a class="button button-outline" href="/lich-su">{words.seeHistory}</a>}>{words.empty}</extra.EmptyState>;
  return (
    <extra.EmptyState icon="search" action={<button type="button" class="button button-outline" onClick={clear}>{rowWords.clearFilter}</button>}>
      {q === "" ? words.emptyUrgent : say(rowWords.noResult, { "từ khóa": q })}
    </extra.EmptyState>
  );
}

type MenuModule = ComponentType<{ row: Row; onClose: () => void }>;

/** Fetched with the first tap on a "⋯". */
function Menu({ row, onClose }: { row: Row; onClose: () => void }) {
  const [Opened, setOpened] = useState<MenuModule>();
  const [failed, setFailed] = useState(false);
  useEffect(() => void import("./row-menu").then(({ RowMenu }) => setOpened(() => RowMenu), () => setFailed(true)), []);
  if (failed) return <p class="banner banner-warning" role="alert">{shell.screenFailed}</p>;
  return Opened ? <Opened row={row} onClose={onClose} /> : null;
}

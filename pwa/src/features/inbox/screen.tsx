/**
 * U3: what waits for this person. The only screen in the first download: everything its first paint can do without comes
 * with `later`, see afterwards.tsx.
 *
 * Does not: decide what is urgent or whose pen it is.
 */
import { useState } from "preact/hooks";
import { read } from "../../api/client";
import { useListSearch, withParams } from "../../dossier/list-search";
import { DossierRow } from "../../dossier/row";
import { RowList } from "../../dossier/row-list";
import type { Row } from "../../dossier/types";
import { useRows, type ReadyRows } from "../../dossier/use-rows";
import { later } from "../../later";
import type { ScreenProps } from "../../screens";
import { useStore } from "../../store";
import { Amount } from "../../ui/amount";
import { IconButton } from "../../ui/icon-button";
import { Chip } from "../../ui/chip";
import { Skeleton } from "../../ui/skeleton";
import { TitleBar } from "../../ui/title-bar";
import { say } from "../../words/say";
import { inbox as words } from "../../words/vi/inbox";
import { rows as rowWords } from "../../words/vi/rows";

const URGENT = "gap";
const CLEAR = { loc: "", tim: "", "don-vi": "" };

export function Screen({ selected }: ScreenProps) {
  const { search, setSearch } = useListSearch("/");
  const params = new URLSearchParams(search);
  const [urgent, q, unit] = [params.get("loc") === URGENT, params.get("tim") ?? "", params.get("don-vi") ?? ""];
  const rows = useRows((cursor) => ask(urgent, q, cursor), `${String(urgent)} ${q}`);
  const { state } = rows;
  const [searching, setSearching] = useState(false);
  const [menu, setMenu] = useState<Row>();
  const extra = useStore(later);
  const change = (changes: Record<string, string>) => setSearch(withParams(search, changes));
  const title = state.at === "ready" ? say(words.titleCount, { n: state.page.count }) : undefined;
  return (
    <>
      <TitleBar
        title={title ?? words.title}
        sub={state.at === "ready" && state.problem && extra && <extra.inbox.Stale since={state.loadedAt} />}
        actions={
          <>
            <IconButton name={rowWords.openSearch} icon="search" aria-expanded={searching || q !== ""} onClick={() => setSearching(!searching)} />
            <IconButton name={words.refresh} icon="refresh" onClick={rows.reload} />
          </>
        }
      />
      <div class="content" aria-busy={state.at === "loading"}>
        {(searching || q !== "") && extra && <extra.inbox.SearchBox value={q} eager={searching} onValue={(tim) => change({ tim })} />}
        {extra && <extra.inbox.News rows={rows} said={title} />}
        {state.at === "loading" && <Skeleton shapes={["hero", "chips", "row", "row", "row", "row", "row"]} />}
        {state.at === "failed" && extra && <extra.inbox.Failed problem={state.problem} onRetry={rows.reload} />}
        {state.at === "ready" && (
          <>
            <Total amount={state.page.total_amount} count={state.page.count} urgent={state.page.urgent_count} />
            {(state.page.count > 0 || urgent) && <Filters state={state} urgent={urgent} urgentCount={state.page.urgent_count} unit={unit} change={change} />}
            {state.shown.rows.length === 0 && extra && <extra.inbox.Nothing q={q} urgent={urgent} clear={() => change(CLEAR)} />}
            <RowList state={state} label={words.oldestFirst} only={(row) => unit === "" || row.unit_name === unit}>
              {(row, marks) => (
                <DossierRow
                  key={row.id}
                  row={row}
                  {...marks}
                  selected={row.id === selected}
                  inWords={extra?.inbox.amountInWords}
                  aside={<IconButton class="row-more" name={say(words.more, { số: row.voucher_no })} icon="more" aria-haspopup="dialog" onClick={() => setMenu(row)} />}
                />
              )}
            </RowList>
            {extra && <extra.inbox.Next rows={rows} />}
          </>
        )}
      </div>
      {menu && extra && <extra.inbox.Menu key={menu.id} row={menu} onClose={() => setMenu(undefined)} />}
    </>
  );
}

function ask(urgent: boolean, q: string, cursor: string | undefined) {
  return read("/api/inbox", { query: { ...(urgent && { filter: "urgent" as const }), q, ...(cursor && { cursor }) } });
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

function Filters({ state, urgent, urgentCount, unit, change }: { state: ReadyRows; urgent: boolean; urgentCount: number; unit: string; change: (changes: Record<string, string>) => void }) {
  const units = [...new Set(state.shown.rows.map((row) => row.unit_name))];
  return (
    <div class="chips" role="group" aria-label={words.filters}>
      <Chip on={!urgent && unit === ""} onClick={() => change({ loc: "", "don-vi": "" })}>{words.filterAll}</Chip>
      <Chip on={urgent} count={urgentCount} onClick={() => change({ loc: urgent ? "" : URGENT })}>{words.filterUrgent}</Chip>
      {(units.length > 1 || unit !== "") && units.map((name) => <Chip key={name} on={unit === name} onClick={() => change({ "don-vi": unit === name ? "" : name })}>{say(words.filterUnit, { tên: name })}</Chip>)}
    </div>
  );
}

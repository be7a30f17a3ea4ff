/**
 * The accountant's dossiers: what came back with the reason, drafts, and what has been sent.
 *
 * The first two are the inbox of the maker, the last is the history in the states after sending; rows follow the server.
 */
import { useEffect } from "preact/hooks";
import { read } from "../../api/client";
import { rememberFirstCall } from "../../api/first-call";
import { useLoaded, type Loaded } from "../../api/use-loaded";
import type { Row } from "../../dossier/types";
import { useEvents } from "../../realtime/use-events";
import { navigate, usePlace } from "../../router";
import type { ScreenProps } from "../../screens";
import { ButtonLink } from "../../ui/button";
import { Chip } from "../../ui/chip";
import { clockTime } from "../../ui/format";
import { Skeleton } from "../../ui/skeleton";
import { EmptyState, ErrorState } from "../../ui/states";
import { ActionBar, TopBar } from "../../ui/top-bar";
import { say } from "../../words/say";
import { dossiers as words } from "../../words/vi/dossiers";
import { states } from "../../words/vi/states";
import { DossierCard } from "./dossier-card";
import { sortedByHand, type Hands } from "./hands";
import { ReturnedReason } from "./returned-reason";
import { SentList } from "./sent-list";

const PATH = "/ho-so";
const FILTERS = ["all", "returned", "drafts", "sent"] as const;
type Filter = (typeof FILTERS)[number];
const ADDRESS: Record<Filter, string> = { all: "", returned: "tra-lai", drafts: "nhap", sent: "da-gui" };
const LABEL: Record<Filter, string> = { all: words.all, returned: words.returned, drafts: words.drafts, sent: words.sent };

export function Screen({ selected }: ScreenProps) {
  const place = usePlace();
  const asked = new URLSearchParams(place.pathname === PATH ? place.search : "").get("xem");
  const filter = FILTERS.find((one) => ADDRESS[one] === asked) ?? "all";
  const { state, reload } = useLoaded(readMine, "mine");
  const follow = () => void reload();
  useEvents("inbox.changed", follow);
  useEvents("dossier.changed", follow);
  useEffect(() => rememberFirstCall(PATH, "/api/inbox"), []);
  // Coming back from the form: the row tells what was just saved.
  useEffect(() => {
    if (place.pathname === PATH && state.at === "ready") follow();
  }, [place.visit]);
  const hands = state.at === "ready" ? sortedByHand(state.value) : undefined;
  const count: Record<Filter, number | undefined> = { all: undefined, sent: undefined, returned: hands?.returned.length || undefined, drafts: hands?.drafts.length || undefined };
  return (
    <>
      <TopBar title={words.title} sub={state.at === "ready" && state.problem ? say(states.stale, { giờ: clockTime(state.loadedAt) }) : undefined} />
      <div class="content" aria-busy={state.at === "loading"}>
        <div class="chips" role="group" aria-label={words.show}>
          {FILTERS.map((one) => (
            <Chip key={one} on={filter === one} count={count[one]} onClick={() => navigate(one === "all" ? PATH : `${PATH}?xem=${ADDRESS[one]}`, { replace: true })}>{LABEL[one]}</Chip>
          ))}
        </div>
        <Mine state={state} hands={hands} filter={filter} selected={selected} retry={follow} />
        {(filter === "all" || filter === "sent") && <SentList title={filter === "all"} selected={selected} />}
      </div>
      <ActionBar><ButtonLink href="/ho-so/moi" icon="plus">{words.create}</ButtonLink></ActionBar>
    </>
  );
}

/** All that waits for the maker; accountants have few, but nothing may be missing. */
async function readMine(): Promise<Row[]> {
  const rows: Row[] = [];
  let cursor: string | undefined;
  do {
    const page = await read("/api/inbox", cursor === undefined ? {} : { query: { cursor } });
    rows.push(...page.items);
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined);
  return rows;
}

function Mine({ state, hands, filter, selected, retry }: { state: Loaded<Row[]>; hands: Hands | undefined; filter: Filter; selected: string | undefined; retry: () => void }) {
  if (filter === "sent") return null;
  switch (state.at) {
    case "loading":
      return <Skeleton shapes={["card", "card", "card"]} />;
    case "failed":
      return <ErrorState happened={state.problem.isOffline ? words.failed : state.problem.title} supportCode={state.problem.supportCode} onRetry={retry} />;
    case "ready":
      return (
        <>
          {filter !== "drafts" && <Returned rows={hands?.returned ?? []} alone={filter === "returned"} selected={selected} />}
          {filter !== "returned" && <Drafts rows={hands?.drafts ?? []} />}
        </>
      );
    default:
      return state satisfies never;
  }
}

function Returned({ rows, alone, selected }: { rows: readonly Row[]; alone: boolean; selected: string | undefined }) {
  if (rows.length === 0) return alone ? <EmptyState>{words.emptyReturned}</EmptyState> : null;
  return (
    <section class="list-section">
      <h2 class="list-title">{say(words.returnedCount, { n: rows.length })}</h2>
      <ul class="row-list">
        {rows.map((row) => (
          <li key={row.id} class="returned-row">
            <DossierCard row={row} href={`/chung-tu/${row.id}`} selected={row.id === selected} />
            {row.returned && <ReturnedReason id={row.id} returned={row.returned} />}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Drafts({ rows }: { rows: readonly Row[] }) {
  return (
    <section class="list-section">
      {rows.length > 0 && <h2 class="list-title">{say(words.draftCount, { n: rows.length })}</h2>}
      {rows.length === 0 ? (
        <EmptyState icon="document">{words.empty}</EmptyState>
      ) : (
        <ul class="row-list">{rows.map((row) => <li key={row.id}><DossierCard row={row} href={`/ho-so/${row.id}/sua`} /></li>)}</ul>
      )}
    </section>
  );
}

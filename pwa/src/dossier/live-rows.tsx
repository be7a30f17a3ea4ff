/** The living half of a list: it follows the server without moving anything under a finger, and reads further pages. */
import { useContext, useEffect, useRef } from "preact/hooks";
import { asProblem } from "../api/problem";
import { reach } from "../api/online";
import { useEvents } from "../realtime/use-events";
import { announce } from "../ui/announce";
import { Pane } from "../ui/title-bar";
import { say } from "../words/say";
import { lists } from "../words/vi/lists";
import { asShown, merge, newOnes } from "./merge-rows";
import type { Page, ReadyRows, RowsOf } from "./use-rows";

/** Reads as far as the list is shown. Knocks that come together cause one reload, those during it one more. */
export function follow<P extends Page>(rows: RowsOf<P>): void {
  if (rows.state.at !== "ready") return rows.reload();
  if (rows.reading) return void (rows.again = true);
  const turn = ++rows.turn;
  rows.reading = true;
  readAsFar(rows, rows.state)
    .then(
      (news) => turn === rows.turn && rows.state.at === "ready" && rows.show(withNews(rows.state, news)),
      (error: unknown) => turn === rows.turn && rows.fail(error),
    )
    .finally(() => {
      rows.reading = false;
      if (!rows.again) return;
      rows.again = false;
      follow(rows);
    });
}

interface Answer<P extends Page> {
  page: P;
  items: Page["items"];
  cursor: string | null;
}

/** A list that was shown to its end is read to its end again: what is new may stand on a page that was not there. */
async function readAsFar<P extends Page>(rows: RowsOf<P>, before: ReadyRows<P>): Promise<Answer<P>> {
  // What knocked in the same moment is answered by this reading.
  await Promise.resolve();
  rows.again = false;
  const page = await rows.ask(undefined);
  const items = [...page.items];
  let cursor = page.next_cursor;
  while (cursor !== null && (before.cursor === null || items.length < before.shown.rows.length)) {
    const next = await rows.ask(cursor);
    items.push(...next.items);
    cursor = next.next_cursor;
  }
  return { page, items, cursor };
}

function withNews<P extends Page>(before: ReadyRows<P>, { page, items, cursor }: Answer<P>): ReadyRows<P> {
  const added = before.cursor === null ? 0 : Math.max(0, (page.count ?? 0) - (before.page.count ?? 0));
  return { ...before, page, cursor, beyond: before.beyond + added, shown: merge(before.shown, items, before.cursor === null), loadedAt: new Date(), problem: undefined };
}

/** Takes out what is gone and puts in what waits. */
export function tidy<P extends Page>(rows: RowsOf<P>): void {
  if (rows.state.at !== "ready") return;
  const { shown } = rows.state;
  if (shown.waiting.length > 0) return rows.reload();
  if (shown.gone.size + shown.fresh.size > 0) rows.show({ ...rows.state, shown: asShown(shown.rows.filter((row) => !shown.gone.has(row.id))) });
}

export function more<P extends Page>(rows: RowsOf<P>): void {
  const before = rows.state;
  if (before.at !== "ready" || before.cursor === null || before.more === "loading") return;
  rows.show({ ...before, more: "loading" });
  rows.ask(before.cursor).then(
    (page) => rows.state.at === "ready" && rows.show(below(rows.state, page)),
    (error: unknown) => {
      asProblem(error);
      if (rows.state.at === "ready") rows.show({ ...rows.state, more: "failed" });
    },
  );
}

/** The same row may come twice when it moved between two pages. */
function below<P extends Page>(before: ReadyRows<P>, page: P): ReadyRows<P> {
  const known = new Set(before.shown.rows.map((row) => row.id));
  const rows = [...before.shown.rows, ...page.items.filter((row) => !known.has(row.id))];
  return { ...before, shown: { ...before.shown, rows }, cursor: page.next_cursor, more: "idle" };
}

/** Reads on to where the new ones are, marks them, and goes there. */
async function look<P extends Page>(rows: RowsOf<P>): Promise<void> {
  while (rows.state.at === "ready" && rows.state.beyond > 0 && rows.state.cursor !== null) {
    rows.show(below(rows.state, await rows.ask(rows.state.cursor)));
  }
  if (rows.state.at !== "ready") return;
  const { shown, beyond } = rows.state;
  const last = beyond > 0 ? shown.rows.slice(-beyond).map((row) => row.id) : [];
  rows.show({ ...rows.state, beyond: 0, shown: { ...shown, fresh: new Set([...shown.fresh, ...last]) } });
  setTimeout(() => {
    document.querySelector<HTMLElement>("[data-fresh] a")?.focus();
    tidy(rows);
  }, PAINTED_MS);
}

const PAINTED_MS = 100;

/** Keeps `rows` up to date while it is on the page, and offers what is new. `said` is announced when it changes. */
export function News<P extends Page>({ rows, said }: { rows: RowsOf<P>; said?: string | undefined }) {
  const { active } = useContext(Pane);
  useEvents("inbox.changed", () => follow(rows));
  useEvents("dossier.changed", () => follow(rows));
  useEffect(() => reach.watch((now) => now.at === "returned" && follow(rows)), [rows]);
  useEffect(() => {
    if (active) tidy(rows);
  }, [active, rows]);
  useAnnounced(said);
  const news = rows.state.at === "ready" ? newOnes(rows.state.shown) + rows.state.beyond : 0;
  if (news === 0) return null;
  return <div class="pill-place"><button type="button" class="pill" onClick={() => look(rows).catch((error: unknown) => rows.fail(error))}>{say(lists.newItems, { n: news })}</button></div>;
}

/** The first one is on the screen already; only a change is news. */
function useAnnounced(sentence: string | undefined): void {
  const before = useRef(sentence);
  useEffect(() => {
    if (sentence === undefined || sentence === before.current) return;
    if (before.current !== undefined) announce(sentence);
    before.current = sentence;
  }, [sentence]);
}

const SAID = { idle: lists.more, loading: lists.loadingMore, failed: lists.moreFailed } as const;

/** The next page comes by itself shortly before it is needed; a button all the same, for keyboards and after a failure. */
export function Next<P extends Page>({ rows }: { rows: RowsOf<P> }) {
  const button = useRef<HTMLButtonElement>(null);
  const cursor = rows.state.at === "ready" ? rows.state.cursor : null;
  useEffect(() => {
    if (!button.current) return;
    const eye = new IntersectionObserver(([seen]) => seen?.isIntersecting && more(rows), { root: button.current.closest(".pane"), rootMargin: "400px" });
    eye.observe(button.current);
    return () => eye.disconnect();
  }, [rows, cursor]);
  if (rows.state.at !== "ready" || cursor === null) return null;
  return <button ref={button} type="button" class="next-page" aria-busy={rows.state.more === "loading" ? "true" : undefined} onClick={() => more(rows)}>{SAID[rows.state.more]}</button>;
}

/**
 * A list read page by page, that follows the server without moving under a finger (merge-rows.ts).
 *
 * A quiet reload reads as many pages as are shown; several knocks at once cause one reload and one more.
 * Does not: write anything to the device.
 */
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { reach } from "../api/online";
import { asProblem, type Problem } from "../api/problem";
import { asShown, merge, type Shown } from "./merge-rows";
import type { Row } from "./types";

export interface Page {
  items: Row[];
  next_cursor: string | null;
}

export type Rows<P extends Page> =
  | { at: "loading" }
  | { at: "failed"; problem: Problem }
  | {
      at: "ready";
      /** The newest first page, with its totals. */
      page: P;
      shown: Shown;
      cursor: string | null;
      loadedAt: Date;
      /** A later reload failed: what is shown is as old as `loadedAt`. */
      problem: Problem | undefined;
      more: "idle" | "loading" | "failed";
    };

interface Asked<P extends Page> {
  question: string;
  state: Rows<P>;
}

export interface RowsControl<P extends Page> {
  state: Rows<P>;
  /** Reads again and changes only what does not move anything. */
  follow: () => void;
  /** Reads again from the top and shows exactly that. */
  reload: () => void;
  /** Takes out what is gone and puts in what waits. */
  tidy: () => void;
  more: () => void;
}

export function useRows<P extends Page>(ask: (cursor: string | undefined) => Promise<P>, question: string): RowsControl<P> {
  const [held, setHeld] = useState<Asked<P>>({ question, state: { at: "loading" } });
  const now = useRef({ ask, question, turn: 0, state: held.state, reading: false, again: false });
  const state: Rows<P> = held.question === question ? held.state : { at: "loading" };
  now.current.ask = ask;
  now.current.question = question;
  now.current.state = state;

  const show = useCallback((asked: string, next: Rows<P>) => {
    if (asked !== now.current.question) return;
    now.current.state = next;
    setHeld({ question: asked, state: next });
  }, []);

  const reload = useCallback(() => {
    const asked = now.current.question;
    const turn = ++now.current.turn;
    now.current.ask(undefined).then(
      (page) => turn === now.current.turn && show(asked, freshly(page)),
      (error: unknown) => turn === now.current.turn && show(asked, failedAfter(now.current.state, asProblem(error))),
    );
  }, [show]);

  const follow = useCallback(() => {
    const before = now.current.state;
    if (before.at !== "ready") return reload();
    if (now.current.reading) return void (now.current.again = true);
    const asked = now.current.question;
    const turn = ++now.current.turn;
    now.current.reading = true;
    readAsFar(now.current.ask, before.shown.rows.length)
      .then(
        ({ page, rows, cursor }) => {
          if (turn !== now.current.turn || now.current.state.at !== "ready") return;
          const shown = merge(now.current.state.shown, rows, now.current.state.cursor === null);
          show(asked, { ...now.current.state, page, shown, cursor, loadedAt: new Date(), problem: undefined });
        },
        (error: unknown) => turn === now.current.turn && show(asked, failedAfter(now.current.state, asProblem(error))),
      )
      .finally(() => {
        now.current.reading = false;
        if (!now.current.again) return;
        now.current.again = false;
        follow();
      });
  }, [reload, show]);

  const tidy = useCallback(() => {
    const before = now.current.state;
    if (before.at !== "ready" || (before.shown.gone.size === 0 && before.shown.waiting.length === 0 && before.shown.fresh.size === 0)) return;
    if (before.shown.waiting.length > 0) return reload();
    show(now.current.question, { ...before, shown: asShown(before.shown.rows.filter((row) => !before.shown.gone.has(row.id))) });
  }, [reload, show]);

  const more = useCallback(() => {
    const before = now.current.state;
    if (before.at !== "ready" || before.cursor === null || before.more === "loading") return;
    const asked = now.current.question;
    show(asked, { ...before, more: "loading" });
    now.current.ask(before.cursor).then(
      (page) => now.current.state.at === "ready" && show(asked, below(now.current.state, page)),
      (error: unknown) => {
        asProblem(error);
        if (now.current.state.at === "ready") show(asked, { ...now.current.state, more: "failed" });
      },
    );
  }, [show]);

  useEffect(reload, [question, reload]);
  useEffect(() => reach.watch((next) => next.at === "returned" && follow()), [follow]);
  useEffect(() => () => void (now.current.turn = -1), []);
  return { state, follow, reload, tidy, more };
}

type ReadyRows<P extends Page> = Extract<Rows<P>, { at: "ready" }>;

function freshly<P extends Page>(page: P): ReadyRows<P> {
  return { at: "ready", page, shown: asShown(page.items), cursor: page.next_cursor, loadedAt: new Date(), problem: undefined, more: "idle" };
}

function failedAfter<P extends Page>(before: Rows<P>, problem: Problem): Rows<P> {
  return before.at === "ready" ? { ...before, problem } : { at: "failed", problem };
}

/** The same row may come twice when it moved between two pages. */
function below<P extends Page>(before: ReadyRows<P>, page: P): ReadyRows<P> {
  const known = new Set(before.shown.rows.map((row) => row.id));
  const rows = [...before.shown.rows, ...page.items.filter((row) => !known.has(row.id))];
  return { ...before, shown: { ...before.shown, rows }, cursor: page.next_cursor, more: "idle" };
}

async function readAsFar<P extends Page>(ask: (cursor: string | undefined) => Promise<P>, many: number) {
  const page = await ask(undefined);
  const rows = [...page.items];
  let cursor = page.next_cursor;
  while (cursor !== null && rows.length < many) {
    const next: P = await ask(cursor);
    rows.push(...next.items);
    cursor = next.next_cursor;
  }
  return { page, rows, cursor };
}

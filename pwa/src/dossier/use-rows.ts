/**
 * A list read page by page. This half paints the first page; following the server and further pages are in live-rows.tsx,
 * which the first screen fetches after its first paint.
 *
 * Does not: write anything to the device.
 */
import { useEffect, useState } from "preact/hooks";
import { asProblem, type Problem } from "../api/problem";
import type { Shown } from "./merge-rows";
import type { Row } from "./types";

export interface Page {
  items: Row[];
  next_cursor: string | null;
  /** How many there are on all pages, where the server says so. */
  count?: number;
}

export interface ReadyRows<P extends Page = Page> {
  at: "ready";
  /** The newest first page, with its totals. */
  page: P;
  shown: Shown;
  cursor: string | null;
  /** How many have been added to pages that are not shown yet. */
  beyond: number;
  loadedAt: Date;
  /** A later reload failed: what is shown is as old as `loadedAt`. */
  problem: Problem | undefined;
  more: "idle" | "loading" | "failed";
}

export type Rows<P extends Page> = { at: "loading" } | { at: "failed"; problem: Problem } | ReadyRows<P>;

export type Ask<P extends Page> = (cursor: string | undefined) => Promise<P>;

/** One question to the server and its rows on the screen. Another question is another list. */
export class RowsOf<P extends Page> {
  state: Rows<P> = { at: "loading" };
  /** Grows with every reload: an answer that comes after a later question is dropped. */
  turn = 0;
  /** A quiet reload is under way, and whether another was wanted meanwhile. */
  reading = false;
  again = false;
  draw: () => void = () => undefined;

  constructor(readonly ask: Ask<P>) {}

  show(next: Rows<P>): void {
    this.state = next;
    this.draw();
  }

  /** Reads again from the top and shows exactly that. */
  reload = (): void => {
    const turn = ++this.turn;
    this.ask(undefined).then(
      (page) => turn === this.turn && this.show(freshly(page)),
      (error: unknown) => turn === this.turn && this.fail(error),
    );
  };

  fail(error: unknown): void {
    const problem = asProblem(error);
    this.show(this.state.at === "ready" ? { ...this.state, problem } : { at: "failed", problem });
  }
}

function freshly<P extends Page>(page: P): ReadyRows<P> {
  const shown = { rows: page.items, gone: new Set<string>(), fresh: new Set<string>(), waiting: [] };
  return { at: "ready", page, shown, cursor: page.next_cursor, beyond: 0, loadedAt: new Date(), problem: undefined, more: "idle" };
}

export function useRows<P extends Page>(ask: Ask<P>, question: string): RowsOf<P> {
  const [held, hold] = useState(() => ({ question, rows: new RowsOf(ask) }));
  const [, draw] = useState(0);
  const now = held.question === question ? held : { question, rows: new RowsOf(ask) };
  if (now !== held) hold(now);
  useEffect(() => {
    now.rows.draw = () => draw((n) => n + 1);
    now.rows.reload();
    return () => {
      now.rows.draw = () => undefined;
      now.rows.turn++;
    };
  }, [now.rows]);
  return now.rows;
}

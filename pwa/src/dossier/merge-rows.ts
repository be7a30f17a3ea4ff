/**
 * What a newer answer changes in a list that somebody is looking at: nothing may move under a finger.
 *
 * Rows keep their places. One that is gone stays, marked, until the list is tidied; a new one is added below the last or,
 * where it belongs in between, waits until the person asks for it.
 */
import type { Row } from "./types";

export interface Shown {
  rows: readonly Row[];
  /** Ids of rows the newest answer no longer has. */
  gone: ReadonlySet<string>;
  /** Ids of rows added below since the person last looked. */
  fresh: ReadonlySet<string>;
  /** Rows that belong between the others. */
  waiting: readonly Row[];
}

const NONE: ReadonlySet<string> = new Set();

export function asShown(rows: readonly Row[]): Shown {
  return { rows, gone: NONE, fresh: NONE, waiting: [] };
}

/** `complete`: the list had no further page before, so that whatever comes below is new. */
export function merge(before: Shown, now: readonly Row[], complete: boolean): Shown {
  const current = new Map(now.map((row) => [row.id, row]));
  const known = new Set(before.rows.map((row) => row.id));
  if (![...known].some((id) => current.has(id))) return asShown(now);
  const last = now.findLastIndex((row) => known.has(row.id));
  const added = now.slice(last + 1);
  const fresh = complete ? [...before.fresh, ...added.map((row) => row.id)] : [...before.fresh];
  return {
    rows: [...before.rows.map((row) => current.get(row.id) ?? row), ...added],
    gone: new Set([...known].filter((id) => !current.has(id))),
    fresh: new Set(fresh.filter((id) => current.has(id))),
    waiting: now.slice(0, last).filter((row) => !known.has(row.id)),
  };
}

export function newOnes(shown: Shown): number {
  return shown.fresh.size + shown.waiting.length;
}

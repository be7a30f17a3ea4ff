/** How numbers and dates are written for people: Vietnam's way, in Vietnam's time, wherever the phone is. */
// Seven hours ahead of Greenwich all year round since 1975; the browser's zone tables would give the same answer and cost
// the first paint several milliseconds.
const AHEAD_MS = 7 * 3_600_000;
const NBSP = "\u00a0";

type Moment = Date | string | number;

/** `2026-11-22T10:15:00.000Z` of a clock on a wall in Vietnam; its Z means nothing. */
function onTheWall(moment: Moment): string {
  return new Date(new Date(moment).getTime() + AHEAD_MS).toISOString();
}

/** 12500000 → `12.500.000`. Exact for every amount the Treasury allows (15 digits). */
export function figures(amount: number | string): string {
  return String(amount).replace(/\B(?=(\d{3})+(?!\d))/g, ".");
}

/** `22/11/2026`; a bare date (`2026-11-22`) has no zone and is only turned round. */
export function day(moment: Moment): string {
  const date = typeof moment === "string" && moment.length === "2026-11-22".length ? moment : onTheWall(moment);
  return date.slice(0, 10).split("-").reverse().join("/");
}

/** `10:15` in Vietnam. */
export function clockTime(moment: Moment): string {
  return onTheWall(moment).slice(11, 16);
}

/** `22/11/2026 10:15`, never broken over two lines. */
export function dayAndTime(moment: Moment): string {
  return `${day(moment)}${NBSP}${clockTime(moment)}`;
}

export type Ago = { unit: "now" } | { unit: "minutes" | "hours" | "days"; n: number };

export function since(moment: Moment, now: number): Ago {
  const minutes = Math.floor((now - new Date(moment).getTime()) / 60_000);
  if (minutes < 1) return { unit: "now" };
  if (minutes < 60) return { unit: "minutes", n: minutes };
  if (minutes < 60 * 24) return { unit: "hours", n: Math.floor(minutes / 60) };
  return { unit: "days", n: Math.floor(minutes / (60 * 24)) };
}

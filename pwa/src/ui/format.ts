/** How numbers, dates and identifiers are written for people: Vietnam's way, in Vietnam's time, wherever the phone is. */
const ZONE = "Asia/Ho_Chi_Minh";
const NBSP = "\u00a0";

const parts = new Intl.DateTimeFormat("en-GB", {
  timeZone: ZONE, year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hour12: false,
});

type Moment = Date | string | number;

function read(moment: Moment): Record<string, string> {
  return Object.fromEntries(parts.formatToParts(new Date(moment)).map(({ type, value }) => [type, value]));
}

/** 12500000 → `12.500.000`. Exact for every amount the Treasury allows (15 digits). */
export function figures(amount: number | string): string {
  const [sign, digits] = /^(-?)(\d*)$/.exec(String(amount))?.slice(1) ?? ["", ""];
  return (sign ?? "") + (digits ?? "").replace(/\B(?=(\d{3})+(?!\d))/g, ".");
}

/** `22/11/2026`; a bare date (`2026-11-22`) has no zone and is only turned round. */
export function day(moment: Moment): string {
  const bare = typeof moment === "string" ? /^(\d{4})-(\d{2})-(\d{2})$/.exec(moment) : null;
  if (bare) return `${bare[3]}/${bare[2]}/${bare[1]}`;
  const at = read(moment);
  return `${at["day"]}/${at["month"]}/${at["year"]}`;
}

/** `10:15` in Vietnam. */
export function clockTime(moment: Moment): string {
  const at = read(moment);
  return `${at["hour"] === "24" ? "00" : at["hour"]}:${at["minute"]}`;
}

/** `22/11/2026 10:15`, never broken over two lines. */
export function dayAndTime(moment: Moment): string {
  return `${day(moment)}${NBSP}${clockTime(moment)}`;
}

/** All but the last four characters hidden: `••••••••4321`. */
export function masked(identifier: string): string {
  return "•".repeat(Math.max(0, identifier.length - 4)) + identifier.slice(-4);
}

/** Groups of four from the left: `0071 0012 3456 7`. */
export function grouped(account: string): string {
  return account.replace(/(.{4})(?=.)/g, `$1${NBSP}`);
}

export type Ago = { unit: "now" } | { unit: "minutes" | "hours" | "days"; n: number };

export function since(moment: Moment, now: number): Ago {
  const minutes = Math.floor((now - new Date(moment).getTime()) / 60_000);
  if (minutes < 1) return { unit: "now" };
  if (minutes < 60) return { unit: "minutes", n: minutes };
  if (minutes < 60 * 24) return { unit: "hours", n: Math.floor(minutes / 60) };
  return { unit: "days", n: Math.floor(minutes / (60 * 24)) };
}

/** Without tone marks and capitals, for searching: "Thanh toán" → "thanh toan". */
export function plain(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").replace(/[\u0111\u0110]/g, "d").toLowerCase();
}

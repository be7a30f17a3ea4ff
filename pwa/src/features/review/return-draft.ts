/** What somebody was writing as a reason: survives closing the sheet, turning the device and a killed app, in this tab only. */
import type { returning } from "../../words/vi/returning";

export type Ready = keyof typeof returning.ready;

export interface Reason {
  /** Names of ready-made reasons. */
  chips: readonly string[];
  text: string;
}

export const NO_REASON: Reason = { chips: [], text: "" };
export const SHORTEST = 10;
export const LONGEST = 500;

const name = (dossierId: string) => `return:${dossierId}`;

export function recall(dossierId: string): Reason {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(name(dossierId)) ?? "null");
    return isReason(kept) ? kept : NO_REASON;
  } catch {
    // Blocked or damaged storage: begin with an empty sheet.
    return NO_REASON;
  }
}

export function keep(dossierId: string, reason: Reason): void {
  try {
    if (reason.chips.length === 0 && reason.text === "") sessionStorage.removeItem(name(dossierId));
    else sessionStorage.setItem(name(dossierId), JSON.stringify(reason));
  } catch {
    // Storage may be blocked; then the text lives as long as the sheet.
  }
}

function isReason(value: unknown): value is Reason {
  return typeof value === "object" && value !== null && "text" in value && typeof value.text === "string" && "chips" in value && Array.isArray(value.chips);
}

/** What the maker will read. "Other" says nothing by itself. */
export function sentenceOf({ chips, text }: Reason, ready: Readonly<Record<string, string>>): string {
  const chosen = chips.flatMap((chip) => (chip === "other" ? [] : (ready[chip] ?? []))).join("; ");
  const own = text.trim();
  if (chosen === "") return own;
  return own === "" ? chosen : `${chosen}. ${own}`;
}

export type Fault = "missing" | "short" | "long" | undefined;

export function faultOf(reason: Reason, ready: Readonly<Record<string, string>>): Fault {
  const { length } = sentenceOf(reason, ready);
  if (length === 0) return "missing";
  if (length > LONGEST) return "long";
  return length < SHORTEST ? "short" : undefined;
}

/** In whose hands the maker's dossiers are, and what their time means. */
import { serverNow } from "../../api/client";
import type { Row } from "../../dossier/types";
import { clockTime, day, dayAndTime } from "../../ui/format";
import { say } from "../../words/say";
import { dossiers as words } from "../../words/vi/dossiers";

export interface Hands {
  returned: readonly Row[];
  drafts: readonly Row[];
}

/** States in which a dossier came back to its maker. */
export const RETURNED = ["returned_by_chief_accountant", "returned_by_account_holder", "returned_by_treasury", "withdrawn"] as const;

/** States after sending. */
export const SENT = [
  "awaiting_chief_accountant", "signing_chief_accountant", "awaiting_account_holder", "signing_account_holder", "submitted",
  "received", "controlling", "awaiting_treasury_approval", "paid", "rejected_by_treasury",
] as const;

/** Newest first: the maker looks for what was touched last. */
export function sortedByHand(rows: readonly Row[]): Hands {
  const newest = [...rows].sort((a, b) => Date.parse(b.waiting_since) - Date.parse(a.waiting_since));
  return {
    returned: newest.filter((row) => (RETURNED as readonly string[]).includes(row.status)),
    drafts: newest.filter((row) => row.status === "draft"),
  };
}

export function whenOf(row: Pick<Row, "status" | "waiting_since">): string {
  const at = day(row.waiting_since) === day(serverNow()) ? clockTime(row.waiting_since) : dayAndTime(row.waiting_since);
  return row.status === "draft" ? say(words.begunAt, { giờ: at }) : at;
}

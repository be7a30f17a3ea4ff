/**
 * Which buttons stand below a registration. The server says what this person may do; no signature that does not hold is
 * ever approved or passed on for approval, whatever else is said.
 */
import { say } from "../../words/say";
import { treasuryRegistrations as words } from "../../words/vi/treasury-registrations";
import type { DeskRegistration, FileSignature } from "./types";

/** The likeliest first; it becomes the main button. */
export const MOVES = ["approve", "propose", "open", "return", "hand_over", "send_back", "reject"] as const;
export type Move = (typeof MOVES)[number];

export interface Bar {
  main: Move | undefined;
  others: readonly Move[];
  /** Why the main button rests, or why there is none. */
  reason: string | undefined;
  /** The main button is there but cannot be pressed yet. */
  resting: boolean;
}

const NEEDS_VALID: ReadonlySet<Move> = new Set(["approve", "propose"]);
const MAIN: ReadonlySet<Move> = new Set(["approve", "propose", "open"]);

export function barOf(desk: Pick<DeskRegistration, "actions" | "signatures" | "check_list">): Bar {
  const offered = MOVES.filter((move) => desk.actions.includes(move));
  const bad = worst(desk.signatures);
  const held = offered.filter((move) => bad?.verdict === "valid" || !NEEDS_VALID.has(move));
  const main = held.find((move) => MAIN.has(move));
  const others = held.filter((move) => move !== main);
  const barred = offered.length > 0 && offered[0] !== "open" && bad?.verdict !== "valid" ? say(words.notValid, { "kết luận": bad?.verdict_label ?? words.verdicts.missing_signature }) : undefined;
  const missing = desk.check_list.filter(({ ticked }) => !ticked).length;
  const resting = main === "propose" && missing > 0;
  return { main, others, resting, reason: barred ?? (resting ? say(words.ticksMissing, { n: missing }) : undefined) };
}

/** The file whose verdict counts for all: the first that is not valid. Undefined when none is signed. */
export function worst(signatures: readonly FileSignature[]): FileSignature | undefined {
  return signatures.find(({ verdict }) => verdict !== "valid") ?? signatures[0];
}

/** The colour and drawing of a state; the word beside it is the server's. */
import type { Tone } from "../ui/badge";
import type { Status } from "./types";

const TONE: Record<Status, Tone> = {
  draft: "neutral",
  awaiting_chief_accountant: "wait",
  signing_chief_accountant: "wait",
  awaiting_account_holder: "wait",
  signing_account_holder: "wait",
  submitted: "info",
  received: "good",
  controlling: "info",
  awaiting_treasury_approval: "info",
  paid: "good",
  returned_by_chief_accountant: "warning",
  returned_by_account_holder: "warning",
  returned_by_treasury: "warning",
  rejected_by_treasury: "danger",
  withdrawn: "neutral",
  cancelled: "neutral",
};

export function toneOf(status: Status): Tone {
  return TONE[status];
}

/** A request to sign is on its way to somebody's phone. */
export function isSigning(status: Status): boolean {
  return status === "signing_chief_accountant" || status === "signing_account_holder";
}

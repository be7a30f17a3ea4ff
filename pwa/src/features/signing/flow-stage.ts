/**
 * Which sheet stands before the person, as one union; the only order there is: who approves next, the CA's log-in, confirm,
 * and the code where the CA then wants one.
 */
import type { Problem } from "../../api/problem";
import { likely } from "./approver-sheet";
import type { Approver, Preparation, Prepared } from "./prepare";
import type { Asked, Refusal } from "./refusal";

export type Stage =
  | { at: "preparing" }
  | { at: "unprepared"; problem: Problem }
  | { at: "blocked"; why: Exclude<Preparation, { at: "ready" }> }
  | ({ at: "approver" | "login" | "confirm" | "sending" } & Held)
  | ({ at: "code"; asked: Asked; sending: boolean } & Held)
  /** Nothing can be sent from here; at most another look is offered. */
  | ({ at: "stopped"; refusal: Refusal } & Held)
  | ({ at: "looking"; refusal: Refusal } & Held);

export interface Held {
  prepared: Prepared;
  approver: Approver | undefined;
  /** Kept from "Tiếp tục" until the request has left or this sheet closes. */
  password: string | null;
  refusal?: Refusal | undefined;
}

export type CodeStage = Extract<Stage, { at: "code" }>;
export type SheetStage = Extract<Stage, { at: "confirm" }>;

/** The first sheet; with a likely approver and no password to type that is the last one. */
export function firstStage(preparation: Preparation): Stage {
  if (preparation.at !== "ready") return { at: "blocked", why: preparation };
  const { prepared } = preparation;
  return nextStage({ prepared, approver: prepared.approvers && likely(prepared.approvers), password: null });
}

/** What is still missing is asked for; with nothing missing it is time to confirm. */
export function nextStage(held: Held): Stage {
  const { prepared, approver, password } = held;
  if (prepared.approvers && !approver) return { ...held, at: "approver" };
  if (prepared.provider.needs_password && password === null) return { ...held, at: "login" };
  return { ...held, at: "confirm" };
}

/** Where a refusal leads. A refused password is forgotten at once; one that was taken is not needed again for the code. */
export function afterRefusal(held: Held | CodeStage, refusal: Refusal): Stage {
  const asked = "asked" in held ? held.asked : undefined;
  const kept = { prepared: held.prepared, approver: held.approver, password: held.password, refusal };
  switch (refusal.what) {
    case "password":
      return { ...kept, at: "login", password: null };
    case "second-factor":
      return { ...kept, at: "code", asked: refusal.asked, sending: false, password: null, refusal: undefined };
    case "code":
      return asked ? { ...kept, at: "code", asked, sending: false } : { ...kept, at: "login", password: null };
    case "again":
      return asked ? { ...kept, at: "code", asked, sending: false } : { ...kept, at: "confirm" };
    case "approver":
      return kept.prepared.approvers ? { ...kept, at: "approver" } : { ...kept, at: "stopped" };
    case "changed":
    case "running":
    case "unclear":
    case "stop":
      return { ...kept, at: "stopped" };
    default:
      return refusal satisfies never;
  }
}

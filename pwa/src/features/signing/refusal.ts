/**
 * Why a request to sign did not leave, as what the person can do about it.
 *
 * The sentences are the server's. Does not: repeat anything by itself.
 */
import type { Problem } from "../../api/problem";
import type { components } from "../../api/schema";
import { clockTime } from "../../ui/format";
import { say } from "../../words/say";
import { confirm as words } from "../../words/vi/confirm";
import { remoteSigning } from "../../words/vi/remote-signing";
import { states } from "../../words/vi/states";
import { withoutOpening } from "./ending";

/** A provider's question for a code. */
export type Asked = components["schemas"]["SecondFactor"];

export type Refusal = {
  /** Was anything signed? The first of the three parts. */
  opening: string;
  /** What happened. */
  happened: string;
  /** What to do. */
  advice?: string;
  supportCode?: string;
} & What;

type What =
  /** Type the password again. */
  | { what: "password" }
  /** The provider wants a code besides the password. */
  | { what: "second-factor"; asked: Asked }
  /** That code was not taken: type one again. */
  | { what: "code" }
  /** The same request once more, under the same key. */
  | { what: "again" }
  /** Another approver has to be picked. */
  | { what: "approver" }
  /** The content is no longer the content that was seen. */
  | { what: "changed" }
  /** A request for this dossier is waiting already. */
  | { what: "running"; signingId: string }
  /** Nobody knows whether the request left: only looking is offered. */
  | { what: "unclear" }
  /** Nothing can be done on this screen. */
  | { what: "stop" };

const CHANGED = ["voucher.changed", "voucher.stale", "voucher.not_your_turn", "voucher.not_allowed_now"];
const CODE = ["prov.code_wrong", "prov.code_expired", "prov.resend_too_soon", "prov.no_resend"];
const PASSWORD = ["prov.login", "prov.second_factor", "prov.code_exhausted", "prov.challenge_over"];
const AGAIN = ["net.offline", "sys.busy", "request.in_flight", "request.csrf", "prov.down", "sign.fenced"];

export function refusalOf(problem: Problem): Refusal {
  const said = sentencesOf(problem);
  const signingId = problem.facts["signing_id"];
  if (problem.code === "sign.duplicate" && typeof signingId === "string") return { ...said, what: "running", signingId };
  if (problem.signState === "unknown" || (problem.status >= 500 && !AGAIN.includes(problem.code))) return { ...said, opening: states.unclear, what: "unclear" };
  if (problem.isOffline) return { ...said, happened: words.offline, advice: words.againIsSafe, what: "again" };
  if (AGAIN.includes(problem.code)) return { ...said, advice: said.advice ?? words.againIsSafe, what: "again" };
  const asked = askedBy(problem);
  if (asked) return { ...said, what: "second-factor", asked };
  if (CODE.includes(problem.code)) return { ...said, what: "code" };
  if (PASSWORD.includes(problem.code) || fieldOf(problem) !== undefined) return { ...said, what: "password" };
  if (problem.code === "perm.approver_not_eligible") return { ...said, what: "approver" };
  if (CHANGED.includes(problem.code)) return { ...said, what: "changed" };
  return { ...said, what: "stop" };
}

function askedBy({ code, facts }: Problem): Asked | undefined {
  const { challenge, channel, sent_to, ends_at, resend_at } = facts;
  if (code !== "prov.second_factor" || typeof challenge !== "string" || typeof ends_at !== "string") return undefined;
  return {
    challenge,
    channel: channel === "message" ? "message" : "authenticator",
    sent_to: typeof sent_to === "string" ? sent_to : null,
    ends_at,
    resend_at: typeof resend_at === "string" ? resend_at : null,
  };
}

function sentencesOf(problem: Problem): Omit<Refusal, "what"> {
  const until = locked(problem);
  // Who knows when the account opens again need not ask the provider, nor count tries that are used up.
  const advice = until ?? [problem.detail, attempts(problem)].filter(Boolean).join(" ");
  return {
    opening: states.nothingSigned,
    happened: fieldOf(problem) ?? (withoutOpening(problem.title) || problem.title),
    ...(advice ? { advice } : {}),
    ...(problem.supportCode ? { supportCode: problem.supportCode } : {}),
  };
}

function fieldOf(problem: Problem): string | undefined {
  return problem.fields.find(({ path }) => path === "provider_password")?.sentence;
}

function attempts({ facts }: Problem): string | undefined {
  const left = facts["attempts_left"];
  return typeof left === "number" ? say(remoteSigning.attemptsLeft, { n: left }) : undefined;
}

function locked({ facts }: Problem): string | undefined {
  const until = facts["locked_until"];
  return typeof until === "string" && !Number.isNaN(Date.parse(until)) ? say(remoteSigning.lockedUntil, { giờ: clockTime(until) }) : undefined;
}

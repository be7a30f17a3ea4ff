/**
 * What the server says of a signing request, as the one thing the screen shows.
 *
 * "Signed" is believed from a settled row alone; everything that is not clearly over keeps waiting. Does not: fetch or draw.
 */
import type { components } from "../../api/schema";
import type { IconName } from "../../ui/icons";
import { capital } from "../../words/capital";
import { say } from "../../words/say";
import { result as words } from "../../words/vi/result";
import { states } from "../../words/vi/states";

export type Signing = components["schemas"]["Signing"];
export type SignedSigning = Signing & { signed_at: string };

export type View =
  | { at: "waiting"; part: "sending" | "waiting" | "checking" }
  | { at: "signed"; signing: SignedSigning }
  | { at: "ended"; ending: Ending };

/** The four colours of an ending; each has its own drawing and its own words. */
export type EndingTone = "quiet" | "warning" | "danger" | "unclear";

export interface Ending {
  tone: EndingTone;
  icon: IconName;
  /** What happened. */
  title: string;
  /** Whether anything was signed. */
  opening: string;
  /** What to do now. */
  advice: string;
  /** The button for a new request; without it there is none. */
  again?: string;
  /** Minutes before a new request makes sense. */
  againInMinutes?: number;
  mayReturn?: boolean;
  supportCode?: string;
}

export function viewOf(signing: Signing, serverNow: number): View {
  switch (signing.phase) {
    case "sending":
    case "waiting":
    case "checking":
      return { at: "waiting", part: signing.phase };
    case "signed":
      return isSettled(signing) ? { at: "signed", signing } : { at: "waiting", part: "checking" };
    case "rejected":
    case "expired":
    case "failed":
    case "cancelled":
    case "unknown":
    case "orphan":
      return { at: "ended", ending: endingOf(signing, serverNow) };
    default:
      return signing.phase satisfies never;
  }
}

/** The proof: the row is settled, which the server commits together with the dossier's own move. */
function isSettled(signing: Signing): signing is SignedSigning {
  return signing.status === "settled" && signing.signed_at !== null && signing.problem === null;
}

function endingOf(signing: Signing, serverNow: number): Ending {
  const code = signing.phase === "unknown" ? "sign.unknown" : (signing.problem?.code ?? "");
  const ending = (known(code)?.(signing, serverNow)) ?? refused(signing, words.refused.advice);
  return allowed(ending, signing);
}

/** The server decides whether a new request makes sense; while the result is unknown nobody may offer one. */
function allowed(ending: Ending, signing: Signing): Ending {
  const { again, againInMinutes, supportCode, ...rest } = ending;
  const may = again !== undefined && signing.phase !== "unknown" && signing.problem?.can_retry === true;
  const support = supportCode ?? signing.problem?.support_code ?? undefined;
  return {
    ...rest,
    ...(may ? { again } : {}),
    ...(may && againInMinutes !== undefined ? { againInMinutes } : {}),
    ...(support === undefined ? {} : { supportCode: support }),
  };
}

type Say = (signing: Signing, serverNow: number) => Ending;

const nothing = states.nothingSigned;

const ENDINGS = {
  "sign.rejected": (signing) => ({
    tone: "warning", icon: "close", title: say(words.rejected.title, { "tên app": signing.app_name }), opening: nothing,
    advice: words.rejected.advice, again: words.again, mayReturn: true,
  }),
  "sign.expired": () => ({
    tone: "warning", icon: "clock", title: words.expired.title, opening: nothing, advice: words.expired.advice, again: words.expired.again,
  }),
  "sign.cancelled": (signing) => ({
    tone: "quiet", icon: "return", title: words.cancelled.title, opening: nothing,
    advice: say(words.cancelled.advice, { "tên app": signing.app_name }), again: words.again, mayReturn: true,
  }),
  "sign.unknown": (signing, serverNow) => ({
    tone: "unclear", icon: "question", title: words.unknown.title, opening: states.unclear,
    advice: say(words.unknown.advice, { "nhà cung cấp": signing.provider_name, phút: minutesLeft(signing, serverNow) }),
  }),
  "sign.invalid": (signing) => ({
    tone: "danger", icon: "error", title: words.invalid.title, opening: words.invalid.opening,
    advice: say(words.invalid.advice, { mã: signing.problem?.support_code ?? signing.dossier_code }), again: words.again,
  }),
  "sign.wrong_cert": () => ({
    tone: "danger", icon: "error", title: words.wrongCertificate.title, opening: words.wrongCertificate.opening,
    advice: words.wrongCertificate.advice, again: words.again,
  }),
  "sign.late": () => ({
    tone: "quiet", icon: "clock", title: words.late.title, opening: words.late.opening, advice: words.late.advice, again: words.again,
  }),
  "prov.down": (signing) => ({
    tone: "warning", icon: "offline", title: capital(say(words.providerDown.title, { "Nhà cung cấp": signing.provider_name })),
    opening: nothing, advice: words.providerDown.advice, again: words.again, againInMinutes: 1,
  }),
  "prov.login": (signing) => refused(signing, words.refused.password),
  "prov.locked": (signing) => refused(signing, say(words.refused.locked, { "nhà cung cấp": signing.provider_name })),
  "prov.quota": (signing) => refused(signing, say(words.refused.quota, { "nhà cung cấp": signing.provider_name })),
  "prov.device": (signing) => refused(signing, say(words.refused.device, { "tên app": signing.app_name })),
  "prov.second_factor": (signing) => refused(signing, say(words.refused.secondFactor, { "tên app": signing.app_name })),
  "prov.unknown_user": (signing) => refused(signing, words.refused.certificate),
  "cert.not_registered": (signing) => refused(signing, words.refused.certificate),
  "cert.revoked": (signing) => refused(signing, words.refused.certificate),
} satisfies Record<string, Say>;

/** Every code with words of its own; any other is told in the server's sentence. */
export const KNOWN_CODES: readonly string[] = Object.keys(ENDINGS);

function known(code: string): Say | undefined {
  return code in ENDINGS ? ENDINGS[code as keyof typeof ENDINGS] : undefined;
}

/** The CA's own refusal: its sentence comes from the server, without the opening that stands above it. */
function refused(signing: Signing, advice: string): Ending {
  const title = withoutOpening(signing.problem?.title ?? "") || say(words.providerDown.title, { "Nhà cung cấp": signing.provider_name });
  return { tone: "warning", icon: "alert", title, opening: nothing, advice, again: words.again };
}

/** A sentence of the server often says itself that nothing was signed; that stands on a line of its own here. */
export function withoutOpening(sentence: string): string {
  return sentence.replace(states.nothingSigned, "").replace(/\s{2,}/g, " ").trim();
}

const MINUTES_WITHOUT_DEADLINE = 5;

function minutesLeft(signing: Signing, serverNow: number): number {
  if (signing.expires_at === null) return MINUTES_WITHOUT_DEADLINE;
  return Math.max(1, Math.ceil((Date.parse(signing.expires_at) - serverNow) / 60_000));
}

/** Whether news may still come: an ending is final, but an unknown one is not, nor a signature on its way to the Treasury. */
export function isOpen(signing: Signing): boolean {
  const view = viewOf(signing, 0);
  if (view.at === "waiting" || signing.phase === "unknown") return true;
  return view.at === "signed" && signing.next_approver === null && signing.receipt_no === null;
}

/**
 * Which buttons stand below a dossier, and why the main one is not to be pressed. Rights are the server's; here is only added
 * what the server cannot know: whether the person has the bytes before their eyes.
 */
import type { Dossier } from "../../dossier/types";
import { isSigning } from "../../dossier/tone";
import { review as words } from "../../words/vi/review";
import { states } from "../../words/vi/states";
import { offered } from "../dossier-actions/offered";
import type { Seen } from "./documents";

export type Bar =
  | { bar: "decide"; mayReturn: boolean; blocked: string | undefined }
  /** This person's own request to sign is under way. */
  | { bar: "signing"; signingId: string }
  | { bar: "receive" }
  /** Whatever else the server offers: edit, send, take back … */
  | { bar: "other" };

export interface Sight {
  me: string;
  online: boolean;
  /** Content that was not looked at yet waits behind the banner. */
  newer: boolean;
  seen: Seen;
}

export function barOf(dossier: Dossier, sight: Sight): Bar {
  const action = (name: string) => dossier.actions.find((one) => one.action === name);
  if (dossier.signing_id && isMine(dossier, sight.me)) return { bar: "signing", signingId: dossier.signing_id };
  if (action("receive")) return { bar: "receive" };
  const sign = action("sign");
  // Whoever has signed already may still take the dossier back: that is the button then, not a dead "sign".
  if (!sign || (!sign.allowed && offered(dossier).length > 0)) return { bar: "other" };
  const blocked = (sign.allowed ? undefined : (sign.reason ?? states.noPermission)) ?? blockedHere(dossier, sight);
  return { bar: "decide", mayReturn: action("return")?.allowed ?? false, blocked };
}

export function isMine(dossier: Dossier, me: string): boolean {
  if (!isSigning(dossier.status)) return false;
  const signer = dossier.status === "signing_chief_accountant" ? dossier.chief_accountant : dossier.account_holder;
  return signer?.id === me;
}

function blockedHere(dossier: Dossier, { online, newer, seen }: Sight): string | undefined {
  if (!online) return words.offline;
  if (newer) return words.justChanged;
  if (dossier.documents.length === 0) return words.noDocument;
  if (seen === "failed") return words.pagesFailed;
  return seen === "loading" ? words.loadingPages : undefined;
}

/** Every file must have been shown; one that failed is said first. */
export function seenAll(dossier: Dossier, seen: Readonly<Record<string, Seen>>): Seen {
  const states = dossier.documents.map(({ id }) => seen[id] ?? "loading");
  if (states.includes("failed")) return "failed";
  return states.includes("loading") ? "loading" : "shown";
}

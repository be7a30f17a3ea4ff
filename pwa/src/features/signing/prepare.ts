/**
 * Everything the sheets before a signature need, read before the first of them opens: who approves next, what the CA asks
 * for, the names behind the payee's codes.
 */
import { read } from "../../api/client";
import { asProblem } from "../../api/problem";
import type { components } from "../../api/schema";
import { amountInWords } from "../../words/amount-in-words";

export type Dossier = components["schemas"]["Dossier"];
export type Provider = components["schemas"]["Provider"];
export type ApproverList = components["schemas"]["ApproverList"];
export type Approver = ApproverList["items"][number];
export type Certificate = NonNullable<components["schemas"]["OwnUser"]["certificate"]>;

export interface Prepared {
  certificate: Certificate;
  provider: Provider;
  /** Undefined on the last step: then the dossier goes to the Treasury. */
  approvers: ApproverList | undefined;
  /** The total, as the server reads it. */
  inWords: string;
}

export type Preparation = { at: "ready"; prepared: Prepared } | { at: "no-certificate" } | { at: "no-provider" } | { at: "expired"; on: string };

export async function prepare(dossier: Dossier, certificate: Certificate | null, serverNow: number): Promise<Preparation> {
  if (!certificate) return { at: "no-certificate" };
  if (Date.parse(certificate.valid_to) <= serverNow) return { at: "expired", on: certificate.valid_to };
  const [providers, approvers, inWords] = await Promise.all([readProviders(), readApprovers(dossier), readWords(dossier)]);
  const provider = providers.find(({ slug }) => slug === certificate.provider);
  return provider ? { at: "ready", prepared: { certificate, provider, approvers, inWords } } : { at: "no-provider" };
}

/** The chief accountant's signature goes to a holder; the holder's goes to the Treasury. */
export function picksNext(dossier: Dossier): boolean {
  return dossier.status === "awaiting_chief_accountant";
}

async function readProviders(): Promise<Provider[]> {
  return (await read("/api/providers")).items;
}

export function readApproversOf(dossierId: string): Promise<ApproverList> {
  return read("/api/dossiers/{dossier_id}/approvers", { path: { dossier_id: dossierId } });
}

async function readApprovers(dossier: Dossier): Promise<ApproverList | undefined> {
  return picksNext(dossier) ? readApproversOf(dossier.id) : undefined;
}

async function readWords(dossier: Dossier): Promise<string> {
  const [only, ...others] = dossier.vouchers;
  if (only && others.length === 0) return only.amount_in_words;
  const asked = read("/api/amount-in-words/{amount}", { path: { amount: dossier.amount } });
  return (await orNothing(asked))?.words ?? amountInWords(dossier.amount);
}

/** What cannot be looked up keeps nobody from signing. */
async function orNothing<T>(read: Promise<T>): Promise<T | undefined> {
  try {
    return await read;
  } catch (error) {
    asProblem(error);
    return undefined;
  }
}

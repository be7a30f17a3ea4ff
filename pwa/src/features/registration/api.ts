/**
 * The calls of a registration dossier. The same resources stand under two addresses: for whoever holds the link of a new
 * registration, and for a logged-in member who declares a change; every screen takes the one it is given.
 */
import { actionKey } from "../../api/action-key";
import { read } from "../../api/client";
import { command } from "../../api/command";
import type { components } from "../../api/schema";
import type { Parts, Registration } from "./parts";

type Schemas = components["schemas"];
export type LookUp = Schemas["LookUpCertificates"];
export type LookUpWithCode = Schemas["LookUpWithCode"];
export type Candidate = Schemas["CandidateOut"];
export type Signer = Schemas["SignerOut"];
export type Signing = Schemas["RegistrationSigning"];

export const LINK_BASE = "/api/registrations/current";
export const CHANGE_BASE = "/api/registration-changes/current";
export type Base = typeof LINK_BASE | typeof CHANGE_BASE;

/** Where the screens of a dossier live and whom they ask. */
export interface Office {
  base: Base;
  /** Address of the declaration, such as `/dang-ky/ke-khai`. */
  home: string;
  /** Where back leads from the first screen. */
  exit: string;
}

/**
 * The typed path for this office. The generated types know the paths of the first base; both answer the same schemas, which
 * a test of the server's description holds.
 */
export function at<P extends `${typeof LINK_BASE}${string}`>(office: Pick<Office, "base">, path: P): P {
  return path.replace(LINK_BASE, office.base) as P;
}

export type Api = ReturnType<typeof apiOf>;

export function apiOf(office: Pick<Office, "base">) {
  return {
    read: () => read(at(office, LINK_BASE)),
    put: (version: number, parts: Parts, key: string) => command("put", at(office, LINK_BASE), { body: { expected_version: version, ...parts }, key }),
    makeAccounts: (version: number, dropGranted: boolean) =>
      command("post", at(office, `${LINK_BASE}/accounts`), { body: { expected_version: version, drop_granted: dropGranted }, key: actionKey() }),
    save: (version: number, key: string) => command("post", at(office, `${LINK_BASE}/save`), { body: { expected_version: version }, key }),
    complete: (version: number, key: string) => command("post", at(office, `${LINK_BASE}/complete`), { body: { expected_version: version }, key }),
    reopen: (version: number, key: string) => command("post", at(office, `${LINK_BASE}/reopen`), { body: { expected_version: version }, key }),
    cancel: (version: number, key: string) => command("post", at(office, `${LINK_BASE}/cancel`), { body: { expected_version: version }, key }),
    lookUp: (body: LookUp, signal: AbortSignal) => command("post", at(office, `${LINK_BASE}/certificates/look-up`), { body, signal }),
    lookUpWithCode: (body: LookUpWithCode, signal: AbortSignal) => command("post", at(office, `${LINK_BASE}/certificates/code`), { body, signal }),
    resendLookUpCode: (body: Schemas["ResendCode"]) => command("post", at(office, `${LINK_BASE}/certificates/resend-code`), { body }),
    bind: (body: Schemas["BindCertificate"], key: string) => command("post", at(office, `${LINK_BASE}/certificates/bind`), { body, key }),
    uploadCertificate: (body: Schemas["UploadCertificate"], key: string) => command("post", at(office, `${LINK_BASE}/certificates/upload`), { body, key }),
    unbind: (body: Schemas["UnbindCertificate"], key: string) => command("post", at(office, `${LINK_BASE}/certificates/unbind`), { body, key }),
    signers: async () => (await read(at(office, `${LINK_BASE}/signers`))).items,
    sign: (body: Schemas["SignDeclarations"], key: string) => command("post", at(office, `${LINK_BASE}/sign`), { body, key }),
    signWithCode: (body: Schemas["SignDeclarationsWithCode"], key: string) => command("post", at(office, `${LINK_BASE}/sign/code`), { body, key }),
    resendSignCode: (body: Schemas["ResendSignCode"]) => command("post", at(office, `${LINK_BASE}/sign/resend-code`), { body }),
    signing: async () => (await read(at(office, `${LINK_BASE}/signing`))).signing,
    cancelSigning: () => command("post", at(office, `${LINK_BASE}/signing/cancel`), { body: {}, key: actionKey() }),
    uploadSigned: (body: Schemas["UploadSigned"], key: string) => command("post", at(office, `${LINK_BASE}/signed-files`), { body, key }),
    /** Address of the attached appointment decision; only a change has one. */
    appointment: `${office.base}/appointment.pdf`,
    /** Addresses of a declaration: for a download, and of one page as a picture. */
    pdf: (document: string) => `${office.base}/documents/${encodeURIComponent(document)}.pdf`,
    page: (document: string, page: number, width: number) => `${office.base}/documents/${encodeURIComponent(document)}/pages/${page}.webp?w=${width}`,
  };
}

/** Begins a new dossier; this device then holds its link. */
export async function begin(): Promise<Registration> {
  return (await command("post", "/api/registrations", { body: {} })).registration;
}

export function openLink(secret: string): Promise<Registration> {
  return command("post", "/api/registrations/open", { body: { secret } });
}

/** A new link for another device; every link before it opens nothing any more. */
export async function newLink(): Promise<string> {
  return (await command("post", "/api/registrations/current/link", { body: {} })).secret;
}

export function openMine(secret: string) {
  return command("post", "/api/registrations/mine", { body: { secret } });
}

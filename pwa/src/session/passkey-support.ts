/** Whether this page can use passkeys, without the library that asks for them. */
import { say } from "../words/say";
import { passkey as words } from "../words/vi/passkey";

/** Why this page cannot use passkeys at all, in a sentence; `undefined` when it can. */
export function whyNoPasskeys(): string | undefined {
  if (!isSecureContext) return words.needsHttps;
  return typeof globalThis.PublicKeyCredential === "function" ? undefined : words.unsupported;
}

export function whyNotHere(rpId: string): string | undefined {
  const here = location.hostname === rpId || location.hostname.endsWith(`.${rpId}`);
  return whyNoPasskeys() ?? (here ? undefined : say(words.elsewhere, { "địa chỉ": rpId }));
}

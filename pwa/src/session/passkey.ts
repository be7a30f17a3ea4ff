/**
 * Asking the device for a passkey (W3C Web Authentication), and putting its answer into the words of our API.
 *
 * Does not: decide anything; the server verifies. `undefined` stands for a person or device that said no.
 */
import { browserSupportsWebAuthnAutofill, startAuthentication, startRegistration, WebAuthnAbortService, type AuthenticationResponseJSON } from "@simplewebauthn/browser";
import { read } from "../api/client";
import { Problem } from "../api/problem";
import type { Answer } from "../api/wire";
import { whyNotHere } from "./passkey-support";

type Question = Answer<"/api/session/passkey">;
type Offer = Answer<"/api/passkeys/offer">;

const TRANSPORTS = ["ble", "hybrid", "internal", "nfc", "smart-card", "usb", "cable"] as const;
type Transport = (typeof TRANSPORTS)[number];

/** As long as the server takes an answer. */
const PATIENCE_MS = 5 * 60_000;

export const fillsIn = browserSupportsWebAuthnAutofill;

export function stopAsking(): void {
  WebAuthnAbortService.cancelCeremony();
}

/** The body for a log-in or a proof. `autofill`: waits quietly behind the name field until the person picks one there. */
export async function answerTo(question: Question, autofill = false) {
  refuseElsewhere(question.rp_id);
  const told = await unlessRefused(() => startAuthentication({
    optionsJSON: {
      challenge: question.challenge,
      rpId: question.rp_id,
      allowCredentials: question.credentials.map(known),
      userVerification: "required",
      timeout: PATIENCE_MS,
    },
    useBrowserAutofill: autofill,
  }));
  return told && { challenge: question.challenge, assertion: assertion(told) };
}

function assertion({ rawId, response }: AuthenticationResponseJSON) {
  return {
    credential_id: rawId,
    client_data: response.clientDataJSON,
    authenticator_data: response.authenticatorData,
    signature: response.signature,
    user_handle: response.userHandle ?? null,
  };
}

/** Makes a passkey on this device; the body for the server. */
export async function enrolmentFor(offer: Offer) {
  refuseElsewhere(offer.rp_id);
  const told = await unlessRefused(() => startRegistration({
    optionsJSON: {
      challenge: offer.challenge,
      rp: { id: offer.rp_id, name: document.title.split(" – ").at(-1) ?? offer.rp_id },
      user: { id: offer.user_handle, name: offer.username, displayName: offer.full_name },
      pubKeyCredParams: offer.algorithms.map((alg) => ({ alg, type: "public-key" })),
      authenticatorSelection: { residentKey: "required", requireResidentKey: true, userVerification: "required" },
      excludeCredentials: offer.credentials.map(known),
      attestation: "none",
      timeout: PATIENCE_MS,
    },
  }));
  return told && {
    challenge: offer.challenge,
    attestation: { credential_id: told.rawId, client_data: told.response.clientDataJSON, attestation: told.response.attestationObject },
    transports: (told.response.transports ?? []).filter(isKnown),
  };
}

export function logInQuestion(): Promise<Question> {
  return read("/api/session/passkey");
}

function known({ id, transports }: Question["credentials"][number]) {
  return { id, type: "public-key" as const, transports: transports.filter(isKnown) };
}

function isKnown(transport: string): transport is Transport {
  return (TRANSPORTS as readonly string[]).includes(transport);
}

/** Another address than the one passkeys are bound to: the browser would refuse without saying why. */
function refuseElsewhere(rpId: string): void {
  const reason = whyNotHere(rpId);
  if (reason) throw new Problem({ title: reason, status: 0, code: "passkey.not_here" });
}

async function unlessRefused<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    // The browser tells neither a cancelled dialog nor an empty device apart, so that a page learns nothing from it.
    if (error instanceof Error) return undefined;
    throw error;
  }
}

/** Idempotency keys: the server performs a decision once, however often it is sent. */

/** One key for one tap: make it when the sheet opens, pass it again on every retry of that same decision. */
export function actionKey(): string {
  // randomUUID exists only on secure origins; a trial over plain HTTP in a local network still needs keys.
  if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

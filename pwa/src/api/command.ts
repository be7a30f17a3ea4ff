/**
 * The one way to change something on the server: adds the CSRF token and, for decisions, the idempotency key that stays the
 * same over retries. Does not: repeat or queue. A signature is never sent later than the tap.
 */
import { csrf, exchange, PATIENCE_MS, type Loose } from "./client";
import type { Answer, Method, MethodOf, Options, PathWith } from "./wire";

/** `command("post", "/api/session", { body })`; throws `Problem`. */
export function command<M extends Exclude<Method, "get">, P extends PathWith<M>>(
  method: M & MethodOf<P>,
  path: P,
  options: Options<P, M> = {} as Options<P, M>,
): Promise<Answer<P, M>> {
  return exchange<P, M>(path, options, request(method, options));
}

function request(method: string, { body, form, key, signal }: Loose): RequestInit {
  const headers: Record<string, string> = { "X-CSRF-Token": csrf.token };
  if (key) headers["Idempotency-Key"] = key;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const content = form ?? (body === undefined ? null : JSON.stringify(body));
  return { method: method.toUpperCase(), headers, body: content, signal: signal ?? AbortSignal.timeout(PATIENCE_MS) };
}

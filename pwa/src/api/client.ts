/**
 * The one way to talk to the server: typed by the generated `schema.d.ts`, about forty lines of transport.
 *
 * Adds the CSRF token to every change and, for actions, the idempotency key that stays the same over retries.
 * Does not: repeat, queue or remember anything. A signature is never sent later than the tap.
 */
import { noteFailure, noteSuccess } from "./online";
import { offlineProblem, problemFrom } from "./problem";
import type { Answer, MethodOf, Method, Options, PathWith } from "./wire";

const PATIENCE_MS = 30_000;
let csrfToken = "";
let clockOffset = 0;
let sessionEnded: () => void = () => undefined;

export function useCsrfToken(token: string): void {
  csrfToken = token;
}

/** Told once for each answer 401, so that the session can ask the person to log in again. */
export function onSessionEnded(listener: () => void): void {
  sessionEnded = listener;
}

/** The server's clock in milliseconds: deadlines are the server's, the phone's own clock may be wrong. */
export function serverNow(): number {
  return Date.now() + clockOffset;
}

/** `call("get", "/api/inbox", { query: { limit: 20 } })`; throws `Problem`. */
export async function call<M extends Method, P extends PathWith<M>>(
  method: M & MethodOf<P>,
  path: P,
  options: Options<P, M> = {} as Options<P, M>,
): Promise<Answer<P, M>> {
  const url = address(path as string, options);
  const answer = await send(url, request(method, options));
  if (!answer.ok) {
    if (answer.status === 401) sessionEnded();
    throw await problemFrom(answer);
  }
  return (answer.status === 204 ? undefined : await answer.json()) as Answer<P, M>;
}

interface Loose {
  path?: unknown;
  query?: unknown;
  body?: unknown;
  form?: FormData;
  key?: string;
  signal?: AbortSignal;
}

function address(path: string, { path: names, query }: Loose): string {
  const values = (names ?? {}) as Record<string, string | number>;
  const url = path.replace(/\{([^}]+)\}/g, (_, name: string) => encodeURIComponent(String(values[name])));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries((query ?? {}) as Record<string, unknown>)) {
    for (const one of [value].flat()) if (one !== undefined && one !== null && one !== "") search.append(name, String(one));
  }
  return search.size ? `${url}?${search}` : url;
}

function request(method: string, { body, form, key, signal }: Loose): RequestInit {
  const headers: Record<string, string> = {};
  if (method !== "get") headers["X-CSRF-Token"] = csrfToken;
  if (key) headers["Idempotency-Key"] = key;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const content = form ?? (body === undefined ? null : JSON.stringify(body));
  return { method: method.toUpperCase(), headers, body: content, signal: signal ?? AbortSignal.timeout(PATIENCE_MS) };
}

async function send(url: string, init: RequestInit): Promise<Response> {
  try {
    const answer = (init.method === "GET" && (await takeEarly(url))) || (await fetch(url, init));
    learnClock(answer);
    noteSuccess();
    return answer;
  } catch (error) {
    if (init.signal?.aborted && error instanceof DOMException && error.name === "AbortError") throw error;
    noteFailure();
    throw offlineProblem();
  }
}

/** The page starts its first calls before this script has loaded (see boot.js); each is used once. */
async function takeEarly(url: string): Promise<Response | undefined> {
  const early = (globalThis as { early?: Record<string, Promise<unknown> | undefined> }).early;
  const started = early?.[url];
  if (!early || !started) return undefined;
  delete early[url];
  const answer = await started;
  // A refusal may be of an earlier moment, before somebody logged in: then ask again.
  return answer instanceof Response && answer.ok ? answer : undefined;
}

function learnClock(answer: Response): void {
  const told = Date.parse(answer.headers.get("date") ?? "");
  // The header has whole seconds, so it is on average half a second behind.
  if (!Number.isNaN(told)) clockOffset = told + 500 - Date.now();
}

/** Remembers which call a screen starts with, so that the next cold start sends it before any script has run. */
export function rememberFirstCall(pathname: string, url: string): void {
  try {
    localStorage.setItem(`first:${pathname}`, url);
  } catch {
    // Storage may be blocked; then the first call simply starts later.
  }
}

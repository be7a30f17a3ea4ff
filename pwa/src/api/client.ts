/**
 * Reading from the server, and the transport under every call: typed by the generated `schema.d.ts`.
 *
 * Does not: change anything (command.ts does), repeat, queue or remember anything.
 */
import { noteFailure, noteSuccess } from "./online";
import { offlineProblem, problemFrom } from "./problem";
import type { Answer, Method, Options, PathWith } from "./wire";

export const PATIENCE_MS = 30_000;
/** Every change carries it; the session hands it out. */
export const csrf = { token: "" };
let clockOffset = 0;
let sessionEnded: () => void = () => undefined;

/** Told once for each answer 401, so that the session can ask the person to log in again. */
export function onSessionEnded(listener: () => void): void {
  sessionEnded = listener;
}

/** The server's clock in milliseconds: deadlines are the server's, the phone's own clock may be wrong. */
export function serverNow(): number {
  return Date.now() + clockOffset;
}

/** `read("/api/inbox", { query: { limit: 20 } })`; throws `Problem`. */
export function read<P extends PathWith<"get">>(path: P, options: Options<P, "get"> = {} as Options<P, "get">): Promise<Answer<P>> {
  const { signal } = options as Loose;
  return exchange<P, "get">(path, options, { method: "GET", signal: signal ?? AbortSignal.timeout(PATIENCE_MS) });
}

export async function exchange<P extends PathWith<M>, M extends Method>(path: P, options: Options<P, M>, init: RequestInit): Promise<Answer<P, M>> {
  const answer = await send(address(path as string, options), init);
  if (!answer.ok) {
    if (answer.status === 401) sessionEnded();
    throw await problemFrom(answer);
  }
  return (answer.status === 204 ? undefined : await answer.json()) as Answer<P, M>;
}

export interface Loose {
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
  // A refusal may be of an earlier moment, before somebody logged in: then ask again. That nobody is logged in is the answer
  // to the very first question.
  return answer instanceof Response && (answer.ok || url === "/api/session") ? answer : undefined;
}

function learnClock(answer: Response): void {
  const told = Date.parse(answer.headers.get("date") ?? "");
  // The header has whole seconds, so it is on average half a second behind.
  if (!Number.isNaN(told)) clockOffset = told + 500 - Date.now();
}

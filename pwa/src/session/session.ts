/**
 * Who is using the app. Read once at start from `GET /api/session`, which also hands out the CSRF token.
 *
 * The login screen calls `refreshSession()` when it has succeeded; the address never changed, so the person is back on the
 * screen they wanted.
 */
import { csrf, onSessionEnded, read } from "../api/client";
import { asProblem, type Problem } from "../api/problem";
import type { Answer } from "../api/wire";
import { store, useStore } from "../store";

type WireSession = Answer<"/api/session">;

export type Person = WireSession["user"];

export type Session =
  | { at: "asking" }
  | { at: "in"; person: Person; eventSeq: number }
  /** `ended` when somebody was logged in and the server no longer knows them. */
  | { at: "out"; ended: boolean }
  | { at: "unreachable"; problem: Problem };

export const session = store<Session>({ at: "asking" });

export function useSession(): Session {
  return useStore(session);
}

function endedHere(): boolean {
  const now = session.get();
  return now.at === "out" && now.ended;
}

export async function refreshSession(): Promise<void> {
  try {
    const told = await read("/api/session");
    csrf.token = told.csrf_token;
    session.set({ at: "in", person: told.user, eventSeq: told.event_seq });
  } catch (error) {
    const problem = asProblem(error);
    session.set(problem.status === 401 ? { at: "out", ended: session.get().at === "in" || endedHere() } : { at: "unreachable", problem });
  }
}

onSessionEnded(() => {
  if (session.get().at !== "in") return;
  session.set({ at: "out", ended: true });
});

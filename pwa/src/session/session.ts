/**
 * Who is using the app. Read once at start from `GET /api/session`, which also hands out the CSRF token.
 *
 * The login screen calls `refreshSession()` when it has succeeded; the address never changed, so the person is back on the
 * screen they wanted.
 */
import { call, onSessionEnded, useCsrfToken } from "../api/client";
import { asProblem, type Problem } from "../api/problem";
import type { Answer } from "../api/wire";
import { store, useStore } from "../store";

type WireSession = Answer<"/api/session">;
export type Person = NonNullable<WireSession["person"]>;

export type Session =
  | { at: "asking" }
  | { at: "in"; person: Person }
  /** `ended` when somebody was logged in and the server no longer knows them. */
  | { at: "out"; ended: boolean }
  | { at: "unreachable"; problem: Problem };

export const session = store<Session>({ at: "asking" });

export function useSession(): Session {
  return useStore(session);
}

/** The person logged in; screens are only shown to somebody, so asking without a session is a programming error. */
export function usePerson(): Person {
  const now = useSession();
  if (now.at !== "in") throw new Error("a screen was shown without a session");
  return now.person;
}

export async function refreshSession(): Promise<void> {
  try {
    const { csrf_token: token, person } = await call("get", "/api/session");
    useCsrfToken(token);
    session.set(person ? { at: "in", person } : { at: "out", ended: false });
  } catch (error) {
    const problem = asProblem(error);
    session.set(problem.status === 401 ? { at: "out", ended: false } : { at: "unreachable", problem });
  }
}

onSessionEnded(() => {
  if (session.get().at !== "in") return;
  session.set({ at: "out", ended: true });
  // The old token died with the session; the login form needs a fresh one.
  void call("get", "/api/session").then((fresh) => useCsrfToken(fresh.csrf_token), () => undefined);
});

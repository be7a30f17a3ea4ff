/**
 * The dossier on the screen, and what the server says has become of it.
 *
 * A new state (signed, returned, received) is shown at once. New content is not: it waits as `newer` until the person asks
 * to see it, because what they read is no longer what would be signed.
 */
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { read } from "../../api/client";
import { reach } from "../../api/online";
import { asProblem, type Problem } from "../../api/problem";
import type { Dossier } from "../../dossier/types";
import { useEvents } from "../../realtime/use-events";
import { contentChanged } from "./changes";

export type Held =
  | { at: "loading" }
  | { at: "failed"; problem: Problem }
  | {
      at: "ready";
      dossier: Dossier;
      /** The server has other content now. */
      newer: Dossier | undefined;
      /** What was read before the last change, to mark the differences. */
      before: Dossier | undefined;
      loadedAt: Date;
      /** A later read failed: what is shown is as old as `loadedAt`. */
      problem: Problem | undefined;
    };

export interface DossierControl {
  held: Held;
  reload: () => void;
  /** Shows the newer content, marked against the one read. */
  accept: () => void;
  /** The server's answer to something done here. */
  replace: (dossier: Dossier) => void;
}

export function useDossier(id: string): DossierControl {
  const [held, setHeld] = useState<Held>({ at: "loading" });
  const turn = useRef(0);
  const reload = useCallback(() => {
    const mine = ++turn.current;
    read("/api/dossiers/{dossier_id}", { path: { dossier_id: id } }).then(
      (dossier) => mine === turn.current && setHeld((now) => withAnswer(now, dossier)),
      (error: unknown) => mine === turn.current && setHeld(withProblem(asProblem(error))),
    );
  }, [id]);
  const accept = useCallback(() => setHeld(accepted), []);
  const replace = useCallback((dossier: Dossier) => {
    turn.current++;
    setHeld(freshly(dossier));
  }, []);
  useEffect(reload, [reload]);
  useEffect(() => reach.watch((now) => now.at === "returned" && reload()), [reload]);
  useEffect(() => () => void (turn.current = -1), []);
  useEvents("dossier.changed", (knock) => void (knock.id === id && reload()));
  return { held, reload, accept, replace };
}

function freshly(dossier: Dossier): Held {
  return { at: "ready", dossier, newer: undefined, before: undefined, loadedAt: new Date(), problem: undefined };
}

export function withAnswer(now: Held, answer: Dossier): Held {
  if (now.at !== "ready") return freshly(answer);
  if (contentChanged(now.dossier, answer)) return { ...now, newer: answer, problem: undefined };
  return { ...freshly(answer), before: now.before } as Held;
}

function withProblem(problem: Problem): (now: Held) => Held {
  return (now) => (now.at === "ready" && problem.status !== 404 ? { ...now, problem } : { at: "failed", problem });
}

export function accepted(now: Held): Held {
  if (now.at !== "ready" || !now.newer) return now;
  return { ...now, dossier: now.newer, before: now.dossier, newer: undefined, loadedAt: new Date() };
}

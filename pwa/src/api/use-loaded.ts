/**
 * Loads what a screen shows and keeps the last good answer while the server is away.
 *
 * Reloads when the server is reached again and when `reload` is called; an answer that arrives after the question
 * changed is dropped. Without a question nothing is asked. Does not: write anything to the device.
 */
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { reach } from "./online";
import { asProblem, type Problem } from "./problem";

export type Loaded<T> =
  | { at: "loading" }
  /** `problem` is there when a later reload failed: show the value with `loadedAt`. */
  | { at: "ready"; value: T; loadedAt: Date; problem?: Problem }
  | { at: "failed"; problem: Problem };

export function useLoaded<T>(load: () => Promise<T>, question: string | undefined): { state: Loaded<T>; reload: () => Promise<void> } {
  const [held, setHeld] = useState<{ question: string | undefined; state: Loaded<T> }>({ question, state: { at: "loading" } });
  const latest = useRef({ load, question, turn: 0 });
  latest.current.load = load;
  latest.current.question = question;

  const reload = useCallback(async () => {
    const turn = ++latest.current.turn;
    const asked = latest.current.question;
    if (asked === undefined) return;
    const next = await settle(latest.current.load);
    if (turn === latest.current.turn) setHeld((before) => ({ question: asked, state: merge(before.question === asked ? before.state : undefined, next) }));
  }, []);

  useEffect(() => void reload(), [question, reload]);
  useEffect(() => reach.watch((now) => now.at === "returned" && void reload()), [reload]);
  useEffect(() => () => void (latest.current.turn = -1), []);
  return { state: held.question === question ? held.state : { at: "loading" }, reload };
}

async function settle<T>(load: () => Promise<T>): Promise<Loaded<T>> {
  try {
    return { at: "ready", value: await load(), loadedAt: new Date() };
  } catch (error) {
    return { at: "failed", problem: asProblem(error) };
  }
}

function merge<T>(before: Loaded<T> | undefined, next: Loaded<T>): Loaded<T> {
  if (next.at === "failed" && before?.at === "ready" && next.problem.isOffline) return { ...before, problem: next.problem };
  return next;
}

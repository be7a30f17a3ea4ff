/** The registration on the screen, followed while it is open: who has it in hand is seen within a moment by everybody else. */
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { reach } from "../../api/online";
import { asProblem, type Problem } from "../../api/problem";
import { useEvents } from "../../realtime/use-events";
import { readOne } from "./calls";
import type { DeskRegistration } from "./types";

export type Held =
  | { at: "loading" }
  | { at: "failed"; problem: Problem }
  /** `problem`: a later read failed, what is shown is as old as `loadedAt`. */
  | { at: "ready"; desk: DeskRegistration; loadedAt: Date; problem: Problem | undefined };

export interface RegistrationControl {
  held: Held;
  reload: () => void;
  /** The server's answer to something done here. */
  replace: (desk: DeskRegistration) => void;
}

export function useRegistration(id: string): RegistrationControl {
  const [held, setHeld] = useState<Held>({ at: "loading" });
  const turn = useRef(0);
  const reload = useCallback(() => {
    const mine = ++turn.current;
    readOne(id).then(
      (desk) => mine === turn.current && setHeld({ at: "ready", desk, loadedAt: new Date(), problem: undefined }),
      (error: unknown) => mine === turn.current && setHeld(withProblem(asProblem(error))),
    );
  }, [id]);
  const replace = useCallback((desk: DeskRegistration) => {
    turn.current++;
    setHeld({ at: "ready", desk, loadedAt: new Date(), problem: undefined });
  }, []);
  useEffect(reload, [reload]);
  useEffect(() => reach.watch((now) => now.at === "returned" && reload()), [reload]);
  useEffect(() => () => void (turn.current = -1), []);
  useEvents("inbox.changed", (knock) => void ((knock.id === id || knock.id === "*") && reload()));
  return { held, reload, replace };
}

function withProblem(problem: Problem): (now: Held) => Held {
  return (now) => (now.at === "ready" && problem.status !== 404 ? { ...now, problem } : { at: "failed", problem });
}

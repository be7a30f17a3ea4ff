/** Sending one decision: the same key on every repeat of the same words about the same version, another for other words. */
import { useRef, useState } from "preact/hooks";
import { actionKey } from "../../api/action-key";
import { asProblem, type Problem } from "../../api/problem";
import { decide, type Decision } from "./calls";
import type { DeskRegistration } from "./types";

export type Sending = { at: "idle" } | { at: "sending" } | { at: "refused"; problem: Problem };

export function useDecision({ registration }: DeskRegistration, onDone: (after: DeskRegistration) => void): { state: Sending; send: (decision: Decision) => Promise<void> } {
  const [state, setState] = useState<Sending>({ at: "idle" });
  const keys = useRef(new Map<string, string>());
  const send = async (decision: Decision) => {
    const said = JSON.stringify([registration.version, decision]);
    const key = keys.current.get(said) ?? actionKey();
    keys.current.set(said, key);
    setState({ at: "sending" });
    try {
      const after = await decide(registration.id, registration.version, decision, key);
      setState({ at: "idle" });
      onDone(after);
    } catch (error) {
      setState({ at: "refused", problem: asProblem(error) });
    }
  };
  return { state, send };
}

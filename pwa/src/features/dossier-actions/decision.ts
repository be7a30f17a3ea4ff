/** Sending one decision about a dossier: the same key on every repeat of the same words, another for other words. */
import { useState } from "preact/hooks";
import { actionKey } from "../../api/action-key";
import { asProblem, type Problem } from "../../api/problem";
import { perform, type Decision, type Dossier } from "./perform";

export interface DecisionSheetProps {
  dossier: Dossier;
  onChanged: (dossier: Dossier | undefined) => void;
  onClose: () => void;
}

export type Sending = { at: "idle" } | { at: "sending" } | { at: "refused"; problem: Problem };

/** One decision with one key, however often it is sent. */
export function useDecision({ dossier, onChanged }: Pick<DecisionSheetProps, "dossier" | "onChanged">): { state: Sending; decide: (decision: Decision) => Promise<void> } {
  const [state, setState] = useState<Sending>({ at: "idle" });
  const [keys] = useState(() => new Map<string, string>());
  const decide = async (decision: Decision) => {
    const said = JSON.stringify(decision);
    const key = keys.get(said) ?? actionKey();
    keys.set(said, key);
    setState({ at: "sending" });
    try {
      onChanged(await perform(dossier, decision, key));
    } catch (error) {
      setState({ at: "refused", problem: asProblem(error) });
    }
  };
  return { state, decide };
}

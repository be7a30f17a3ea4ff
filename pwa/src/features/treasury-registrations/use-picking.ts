/** Choosing several registrations and taking them in hand: the same key on every repeat of the same choice. */
import { useRef, useState } from "preact/hooks";
import { actionKey } from "../../api/action-key";
import { asProblem, type Problem } from "../../api/problem";
import { announce } from "../../ui/announce";
import { say } from "../../words/say";
import { treasuryRegistrations } from "../../words/vi/treasury-registrations";
import { takeSeveral } from "./calls";
import { freeOf, MOST, outcomeOf, pickedOf, toggled, type Outcome, type Picked } from "./picking";
import type { RegistrationRow } from "./types";

const words = treasuryRegistrations.pick;

export type Picking =
  /** `outcome`: of the choice before. */
  | { at: "off"; outcome: Outcome | undefined }
  | { at: "choosing"; picked: Picked; problem: Problem | undefined }
  | { at: "taking"; picked: Picked };

export interface PickingControl {
  state: Picking;
  free: readonly RegistrationRow[];
  chosen: readonly RegistrationRow[];
  /** Why a row cannot be chosen now. */
  barred: (row: RegistrationRow) => string | undefined;
  begin: () => void;
  end: () => void;
  all: () => void;
  /** One row, by tap or by key; by key it also begins. */
  toggle: (row: RegistrationRow) => void;
  take: () => Promise<void>;
}

export function usePicking(rows: readonly RegistrationRow[], onTaken: () => void): PickingControl {
  const [state, setState] = useState<Picking>({ at: "off", outcome: undefined });
  const keys = useRef(new Map<string, string>());
  const picked: Picked = state.at === "off" ? new Set<string>() : state.picked;
  const chosen = pickedOf(rows, picked);
  const choose = (next: Picked) => setState({ at: "choosing", picked: next, problem: undefined });
  const barred = (row: RegistrationRow) => row.barred ?? (chosen.length >= MOST && !picked.has(row.id) ? say(words.most, { n: MOST }) : undefined);
  const take = async () => {
    const said = JSON.stringify(chosen.map(({ id, version }) => [id, version]));
    const key = keys.current.get(said) ?? actionKey();
    keys.current.set(said, key);
    setState({ at: "taking", picked });
    try {
      setState({ at: "off", outcome: outcomeOf(chosen, await takeSeveral(chosen, key)) });
      onTaken();
    } catch (error) {
      setState({ at: "choosing", picked, problem: asProblem(error) });
    }
  };
  return {
    state,
    free: freeOf(rows),
    chosen,
    barred,
    begin: () => choose(new Set()),
    end: () => setState({ at: "off", outcome: undefined }),
    all: () => choose(new Set(freeOf(rows).slice(0, MOST).map(({ id }) => id))),
    toggle: (row) => {
      const why = barred(row);
      if (why !== undefined) announce(why);
      else if (state.at !== "taking") choose(toggled(picked, row.id));
    },
    take,
  };
}

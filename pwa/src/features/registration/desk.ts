/**
 * The declaration open in this tab: typing goes to the server by itself, everything else waits until it is there.
 *
 * Does not: keep anything on the device; identity numbers of people are in it.
 */
import { actionKey } from "../../api/action-key";
import type { FieldProblem } from "../../api/problem";
import { reach } from "../../api/online";
import { startAutosave, type Autosave, type Form, type SaveState } from "../../saving/autosave";
import type { Api } from "./api";
import { draftOf, reduce, textOf, toWire, withIds, type Change, type Draft, type Registration } from "./parts";

export type Desk = Autosave<Registration, Draft, Change, FieldProblem>;
export type Saving = SaveState<Registration, FieldProblem>;

/** Stages in which typing is taken; what was complete then has to be completed again. */
const TYPING = ["draft", "awaiting_completion", "awaiting_approval"];

const FORM: Form<Registration, Draft, Change, FieldProblem> = {
  reduce,
  text: textOf,
  draftOf,
  isEditable: isTyping,
  mistakes: ({ fields }) => fields,
  learn: withIds,
};

/** Whether what is typed is taken. */
export function isTyping({ stage }: Pick<Registration, "stage">): boolean {
  return TYPING.includes(stage);
}

export function openDesk(api: Api, server: Registration): Desk {
  return startAutosave<Registration, Draft, Change, FieldProblem>(
    FORM,
    {
      create: () => Promise.reject(new Error("a declaration has an id from its beginning")),
      save: (_, version, draft, key) => api.put(version, toWire(draft), key),
      read: api.read,
      freshKey: actionKey,
      now: () => new Date(),
      later(run, ms) {
        const timer = setTimeout(run, ms);
        return () => clearTimeout(timer);
      },
    },
    { draft: draftOf(server), server },
  );
}

/** While a screen shows the desk: saves when the network is back and before the page is hidden. Returns how to leave it. */
export function attend(desk: Desk): () => void {
  const onHide = () => document.visibilityState === "hidden" && void desk.flush();
  const stopWatching = reach.watch((now) => now.at === "returned" && void desk.flush());
  addEventListener("visibilitychange", onHide);
  return () => {
    stopWatching();
    removeEventListener("visibilitychange", onHide);
    void desk.flush().then(() => desk.stop());
  };
}

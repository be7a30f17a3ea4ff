/** Whether the typing is safe, in one line under the title; trouble is also said aloud. */
import { useEffect } from "preact/hooks";
import { announce } from "../ui/announce";
import { clockTime } from "../ui/format";
import { Icon, type IconName } from "../ui/icons";
import { say } from "../words/say";
import { saving as words } from "../words/vi/saving";
import type { SaveState } from "./autosave";

type Any = SaveState<unknown, unknown>;

type Tone = "calm" | "good" | "bad";

/** `untouched`: what stands there as long as nothing was saved from here. */
export function SaveLine({ state, untouched }: { state: Any; untouched: string }) {
  const said = sentenceOf(state, untouched);
  const trouble = toneOf(state) === "bad";
  useEffect(() => {
    if (trouble) announce(said);
  }, [trouble, said]);
  return (
    <span class={`save-line save-${toneOf(state)}`}>
      <Icon name={ICON[toneOf(state)]} />
      <span>{said}</span>
    </span>
  );
}

const ICON: Record<Tone, IconName> = { calm: "clock", good: "check", bad: "alert" };

function toneOf(state: Any): Tone {
  if (state.at === "clean") return state.savedAt ? "good" : "calm";
  return state.at === "waiting" || state.at === "saving" ? "calm" : "bad";
}

export function sentenceOf(state: Any, untouched: string): string {
  switch (state.at) {
    case "clean":
      return state.savedAt ? say(words.autosaved, { giờ: clockTime(state.savedAt) }) : untouched;
    case "waiting":
      return words.waiting;
    case "saving":
      return words.saving;
    case "offline":
      return words.offline;
    case "busy":
      return words.busy;
    case "refused":
      return say(words.refused, { n: Math.max(1, state.mistakes.length) });
    case "conflict":
      return words.conflict;
    default:
      return state satisfies never;
  }
}

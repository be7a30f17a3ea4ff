/** Whether the typing is safe, in one line under the title; trouble is also said aloud. */
import { useEffect } from "preact/hooks";
import { announce } from "../../ui/announce";
import { clockTime } from "../../ui/format";
import { Icon, type IconName } from "../../ui/icons";
import { say } from "../../words/say";
import { dossier as words } from "../../words/vi/dossier";
import type { SaveState } from "./autosave";

type Tone = "calm" | "good" | "bad";

export function SaveLine({ state }: { state: SaveState }) {
  const said = sentenceOf(state);
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

function toneOf(state: SaveState): Tone {
  if (state.at === "clean") return state.savedAt ? "good" : "calm";
  return state.at === "waiting" || state.at === "saving" ? "calm" : "bad";
}

export function sentenceOf(state: SaveState): string {
  switch (state.at) {
    case "clean":
      return state.savedAt ? say(words.save.autosaved, { giờ: clockTime(state.savedAt) }) : words.formName;
    case "waiting":
      return words.save.waiting;
    case "saving":
      return words.save.saving;
    case "offline":
      return words.save.offline;
    case "busy":
      return words.save.busy;
    case "refused":
      return say(words.save.refused, { n: Math.max(1, state.mistakes.length) });
    case "conflict":
      return words.save.conflict;
    default:
      return state satisfies never;
  }
}

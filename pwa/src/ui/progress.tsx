/** Steps that lie ahead, and the timeline of what has happened. Both are ordered lists. */
import type { ComponentChildren } from "preact";
import { controls } from "../words/vi/controls";
import { Icon, type IconName } from "./icons";
import type { Tone } from "./badge";

export interface Step {
  label: string;
  state: "done" | "now" | "ahead" | "failed";
}

const SPOKEN = { done: controls.stepDone, now: controls.stepNow, ahead: controls.stepAhead, failed: "" } as const;

export function Steps({ steps }: { steps: readonly Step[] }) {
  return (
    <ol class="steps">
      {steps.map((step) => (
        <li key={step.label} class={`step step-${step.state}`} aria-current={step.state === "now" ? "step" : undefined}>
          <span class="step-mark" aria-hidden="true">
            {step.state === "done" && <Icon name="check" />}
            {step.state === "failed" && <Icon name="close" />}
          </span>
          <span>{step.label}</span>
          {SPOKEN[step.state] && <span class="visually-hidden"> – {SPOKEN[step.state]}</span>}
        </li>
      ))}
    </ol>
  );
}

export interface TimelineEntry {
  id: string;
  /** When, already written for people. */
  at: string;
  text: ComponentChildren;
  tone?: Tone;
  icon?: IconName;
}

export function Timeline({ entries }: { entries: readonly TimelineEntry[] }) {
  return (
    <ol class="timeline">
      {entries.map((entry) => (
        <li key={entry.id} class={`timeline-entry tone-${entry.tone ?? "neutral"}`}>
          <span class="timeline-mark" aria-hidden="true"><Icon name={entry.icon ?? "check"} /></span>
          <span class="timeline-text">{entry.text}</span>
          <span class="timeline-at">{entry.at}</span>
        </li>
      ))}
    </ol>
  );
}

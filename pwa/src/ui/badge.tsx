/** A state in three ways at once: drawing, word, colour. */
import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "./icons";

export type Tone = "neutral" | "wait" | "good" | "warning" | "danger" | "info";

const TONE_ICON: Record<Tone, IconName> = { neutral: "document", wait: "clock", good: "check-circle", warning: "urgent", danger: "error", info: "info" };

export function StatusBadge({ tone, icon, children }: { tone: Tone; icon?: IconName; children: ComponentChildren }) {
  return (
    <span class={`badge badge-${tone}`}>
      <Icon name={icon ?? TONE_ICON[tone]} />
      <span>{children}</span>
    </span>
  );
}

/** A sentence that stands out: what was refused, or what to look at before going on. */
import type { ComponentChildren } from "preact";
import { Icon } from "../../ui/icons";

const ICON = { warning: "alert", danger: "error" } as const;

export interface NoteProps {
  tone: keyof typeof ICON;
  role?: "alert" | "status";
  class?: string;
  children: ComponentChildren;
}

export function Note({ tone, role = "alert", class: extra = "", children }: NoteProps) {
  return <p class={`note note-${tone} ${extra}`} role={role}><Icon name={ICON[tone]} /><span class="grow">{children}</span></p>;
}

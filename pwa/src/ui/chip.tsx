/** A filter or a ready-made answer that is either on or off. */
import type { ComponentChildren } from "preact";
import { Icon } from "./icons";

export function Chip({ on, children, onClick, count }: { on: boolean; children: ComponentChildren; onClick: () => void; count?: number | undefined }) {
  return (
    <button type="button" class="chip" aria-pressed={on} onClick={onClick}>
      {on && <Icon name="check" />}
      <span>{children}</span>
      {count !== undefined && <span class="chip-count">{count}</span>}
    </button>
  );
}

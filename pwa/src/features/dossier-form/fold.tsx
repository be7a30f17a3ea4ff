/** Fields most vouchers leave empty, folded away; open as soon as one of them holds something or is wrong. */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { Icon } from "../../ui/icons";

export function Fold({ title, open, children }: { title: string; open: boolean; children: ComponentChildren }) {
  const [opened, setOpened] = useState(open);
  return (
    <details class="fold" open={opened || open} onToggle={(event) => setOpened(event.currentTarget.open)}>
      <summary><Icon name="forward" /><span>{title}</span></summary>
      <div class="fold-body">{children}</div>
    </details>
  );
}

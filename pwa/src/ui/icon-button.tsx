/** A button with only a drawing; the name is for screen readers and the long press. */
import type { ButtonHTMLAttributes } from "preact";
import { Icon, type IconName } from "./icons";

export function IconButton({ name, icon, class: extra, ...rest }: { name: string; icon: IconName } & Omit<ButtonHTMLAttributes<HTMLButtonElement>, "icon" | "name" | "type" | "role">) {
  return (
    <button {...rest} type="button" class={`icon-button ${extra ? String(extra) : ""}`} aria-label={name} title={name}>
      <Icon name={icon} />
    </button>
  );
}

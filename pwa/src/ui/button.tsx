/** Buttons. A busy one keeps its place, says what it is doing and ignores further taps. */
import type { AnchorHTMLAttributes, ButtonHTMLAttributes, ComponentChildren, TargetedMouseEvent } from "preact";
import { useRef } from "preact/hooks";
import { Icon, type IconName } from "./icons";

export const GUARD_MS = 500;

export type ButtonKind = "primary" | "outline" | "quiet" | "danger";

export interface ButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, "type" | "disabled" | "icon" | "role" | "onClick"> {
  kind?: ButtonKind;
  type?: "button" | "submit";
  icon?: IconName;
  /** While a sentence is here the button spins, shows it, and does nothing. */
  busy?: string | false | undefined;
  /** For commit buttons in sheets: deaf for the first 500 ms, so that a tap meant for the screen below signs nothing. */
  guard?: boolean;
  disabled?: boolean | undefined;
  onClick?: ((event: TargetedMouseEvent<HTMLButtonElement>) => void) | undefined;
  wide?: boolean;
  children: ComponentChildren;
}

export function Button(props: ButtonProps) {
  const { kind = "primary", type = "button", icon, busy, guard, disabled, wide, children, onClick, class: extra, ...rest } = props;
  const bornAt = useRef(performance.now());
  const deaf = () => Boolean(busy) || disabled || (guard && performance.now() - bornAt.current < GUARD_MS);
  const press = (event: TargetedMouseEvent<HTMLButtonElement>) => {
    if (deaf()) {
      event.preventDefault();
      event.stopPropagation();
      return;
    }
    onClick?.(event);
  };
  return (
    <button
      {...rest}
      type={type}
      class={`button button-${kind}${wide ? " wide" : ""}${extra ? ` ${String(extra)}` : ""}`}
      aria-disabled={busy || disabled ? "true" : undefined}
      aria-busy={busy ? "true" : undefined}
      onClick={press}
    >
      {busy ? <span class="spinner" aria-hidden="true" /> : icon && <Icon name={icon} />}
      <span>{busy || children}</span>
    </button>
  );
}

export interface ButtonLinkProps extends Omit<AnchorHTMLAttributes<HTMLAnchorElement>, "icon" | "href" | "download" | "target" | "role"> {
  href: string;
  kind?: ButtonKind;
  icon?: IconName;
  wide?: boolean;
  download?: boolean | string;
  target?: string;
  children: ComponentChildren;
}

export function ButtonLink({ kind = "primary", icon, wide, children, class: extra, ...rest }: ButtonLinkProps) {
  return (
    <a {...rest} class={`button button-${kind}${wide ? " wide" : ""}${extra ? ` ${String(extra)}` : ""}`}>
      {icon && <Icon name={icon} />}
      <span>{children}</span>
    </a>
  );
}

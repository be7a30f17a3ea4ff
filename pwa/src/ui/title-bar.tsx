/** The title at the top of a screen with its buttons. Takes the focus after a navigation. */
import { createContext, type ComponentChildren } from "preact";
import { useContext, useEffect, useRef } from "preact/hooks";
import { takeTitleFocus } from "../router";
import { shell } from "../words/vi/shell";

/** Which pane a screen stands in. Beside an open item the list's title is the second heading, not the first. */
export interface PaneRole {
  pane: "list" | "detail" | "alone";
  active: boolean;
}

export const Pane = createContext<PaneRole>({ pane: "alone", active: true });

export interface TitleBarProps {
  title: string;
  /** Before the title, such as a back button. */
  before?: ComponentChildren;
  /** Buttons after the title. */
  actions?: ComponentChildren;
  /** Below the title, such as a count or a connection dot. */
  sub?: ComponentChildren;
}

export function TitleBar({ title, before, actions, sub }: TitleBarProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  const { active } = useContext(Pane);
  const Title = active ? "h1" : "h2";
  useEffect(() => {
    if (!active) return;
    document.title = `${title} – ${shell.appName}`;
    if (takeTitleFocus()) heading.current?.focus({ preventScroll: true });
  }, [active, title]);
  return (
    <div class="topbar">
      {before}
      <div class="topbar-text">
        <Title ref={heading} class="topbar-title" tabIndex={-1}>{title}</Title>
        {sub && <div class="topbar-sub">{sub}</div>}
      </div>
      {actions}
    </div>
  );
}

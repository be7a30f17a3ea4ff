/** Top of every screen: back, the one title, and help always in the same place. Takes the focus after a navigation. */
import { createContext, type ComponentChildren } from "preact";
import { useContext, useEffect, useRef } from "preact/hooks";
import { goBack, takeTitleFocus } from "../router";
import { shell } from "../words/vi/shell";
import { IconButton } from "./button";

/** Which pane a screen stands in. Beside an open item the list's title is the second heading, not the first. */
export interface PaneRole {
  pane: "list" | "detail" | "alone";
  active: boolean;
}

export const Pane = createContext<PaneRole>({ pane: "alone", active: true });

export interface TopBarProps {
  title: string;
  /** Where back leads when this screen was opened from outside. Without it there is no back button. */
  back?: string | undefined;
  onHelp?: (() => void) | undefined;
  /** Further buttons, left of help. */
  actions?: ComponentChildren;
  /** Below the title, such as a count or a connection dot. */
  sub?: ComponentChildren;
}

export function TopBar({ title, back, onHelp, actions, sub }: TopBarProps) {
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
      {back !== undefined && <IconButton class="topbar-back" name={shell.back} icon="back" onClick={() => goBack(back)} />}
      <div class="topbar-text">
        <Title ref={heading} class="topbar-title" tabIndex={-1}>{title}</Title>
        {sub && <div class="topbar-sub">{sub}</div>}
      </div>
      {actions}
      {onHelp && <IconButton name={shell.help} icon="help" onClick={onHelp} />}
    </div>
  );
}

/** The buttons of a screen, fixed above the lower edge; at most two, the primary one last. */
export function ActionBar({ children, reason }: { children: ComponentChildren; reason?: string | undefined }) {
  return (
    <div class="action-bar">
      {reason && <p class="action-reason" role="status">{reason}</p>}
      <div class="action-buttons">{children}</div>
    </div>
  );
}

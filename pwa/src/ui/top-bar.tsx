/** Top of every screen but the first: back, the one title, and help always in the same place. */
import type { ComponentChildren } from "preact";
import { useLayoutEffect } from "preact/hooks";
import { goBack } from "../links";
import { giveTitleFocus } from "../router";
import { controls } from "../words/vi/controls";
import { IconButton } from "./icon-button";
import { TitleBar } from "./title-bar";

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

export function TopBar({ back, onHelp, actions, ...rest }: TopBarProps) {
  // A screen that goes from loading to loaded puts another title in the place of this one: the focus goes with it.
  useLayoutEffect(() => () => {
    if (document.activeElement?.classList.contains("topbar-title")) giveTitleFocus();
  }, []);
  return (
    <TitleBar
      {...rest}
      before={back !== undefined && <IconButton class="topbar-back" name={controls.back} icon="back" onClick={() => goBack(back)} />}
      actions={<>{actions}{onHelp && <IconButton name={controls.help} icon="help" onClick={onHelp} />}</>}
    />
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

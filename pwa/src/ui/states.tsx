/** What a screen shows when it has nothing, waits, failed, or shows something older than now. */
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { say } from "../words/say";
import { shell } from "../words/vi/shell";
import { states } from "../words/vi/states";
import { Button } from "./button";
import { Icon, type IconName } from "./icons";

const SKELETON_AFTER_MS = 150;

/** Grey shapes in the final geometry, after a moment: a fast answer never flickers. The space is taken at once. */
export function Skeleton({ shapes }: { shapes: readonly ("hero" | "card" | "line" | "page")[] }) {
  const [visible, setVisible] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setVisible(true), SKELETON_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div class={visible ? "skeletons" : "skeletons skeletons-early"} aria-busy="true">
      <p class="visually-hidden" role="status">{shell.loading}</p>
      {shapes.map((shape, index) => <div key={index} class={`skeleton skeleton-${shape}`} />)}
    </div>
  );
}

export function EmptyState({ icon = "check-circle", children, action }: { icon?: IconName; children: ComponentChildren; action?: ComponentChildren }) {
  return (
    <div class="state">
      <span class="state-picture"><Icon name={icon} /></span>
      <p class="state-text">{children}</p>
      {action && <div class="button-row">{action}</div>}
    </div>
  );
}

export type SignState = "nothing_signed" | "signed" | "unclear";

const OPENING: Record<SignState, string> = { nothing_signed: states.nothingSigned, signed: states.signed, unclear: states.unclear };

export interface ErrorStateProps {
  /** What happened. */
  happened: string;
  /** Was anything signed? Mandatory after a sign button; comes first. */
  signState?: SignState | undefined;
  /** What to do now. */
  advice?: string | undefined;
  supportCode?: string | undefined;
  action?: ComponentChildren;
  onRetry?: (() => void) | undefined;
  /** `alert` interrupts a screen reader once; for a failure after a tap. */
  alert?: boolean;
}

/** An error in three parts; never a retry beside "unclear". */
export function ErrorState({ happened, signState, advice, supportCode, action, onRetry, alert }: ErrorStateProps) {
  const repeat = onRetry && signState !== "unclear";
  return (
    <div class={`state state-error${signState === "unclear" ? " state-unclear" : ""}`} role={alert ? "alert" : undefined}>
      <span class="state-picture"><Icon name={signState === "unclear" ? "question" : "alert"} /></span>
      {signState && <p class="state-opening">{OPENING[signState]}</p>}
      <p class="state-text">{happened}</p>
      {advice && <p class="muted">{advice}</p>}
      {(action || repeat) && <div class="button-row">{action}{repeat && <Button kind="outline" icon="refresh" onClick={onRetry}>{shell.retry}</Button>}</div>}
      {supportCode && <p class="support-code">{say(shell.supportCode, { mã: supportCode })}</p>}
    </div>
  );
}

export type BannerTone = "offline" | "good" | "info" | "warning";

const BANNER_ICON: Record<BannerTone, IconName> = { offline: "offline", good: "check-circle", info: "refresh", warning: "alert" };

/** A line that stays at the top of the screen and is read once. */
export function Banner({ tone, children, action }: { tone: BannerTone; children: ComponentChildren; action?: ComponentChildren }) {
  return (
    <div class={`banner banner-${tone}`} role="status">
      <Icon name={BANNER_ICON[tone]} />
      <span class="grow">{children}</span>
      {action}
    </div>
  );
}

/** What a screen shows when it has nothing or failed. The first screen takes these from `later`, see afterwards.tsx. */
import type { ComponentChildren } from "preact";
import { say } from "../words/say";
import { controls } from "../words/vi/controls";
import { states } from "../words/vi/states";
import { Button } from "./button";
import { Icon, type IconName } from "./icons";

export function EmptyState({ icon = "check-circle", children, action }: { icon?: IconName; children: ComponentChildren; action?: ComponentChildren }) {
  return (
    <div class="state">
      <span class="state-picture"><Icon name={icon} /></span>
      <p class="state-text">{children}</p>
      {action && <div class="button-row">{action}</div>}
    </div>
  );
}

export type SignState = "none_created" | "signed" | "unknown";

const OPENING: Record<SignState, string> = { none_created: states.nothingSigned, signed: states.signed, unknown: states.unclear };

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

/** An error in three parts; never a retry beside "unknown". */
export function ErrorState({ happened, signState, advice, supportCode, action, onRetry, alert }: ErrorStateProps) {
  const repeat = onRetry && signState !== "unknown";
  return (
    <div class={`state state-error${signState === "unknown" ? " state-unclear" : ""}`} role={alert ? "alert" : undefined}>
      <span class="state-picture"><Icon name={signState === "unknown" ? "question" : "alert"} /></span>
      {signState && <p class="state-opening">{OPENING[signState]}</p>}
      <p class="state-text">{happened}</p>
      {advice && <p class="muted">{advice}</p>}
      {(action || repeat) && <div class="button-row">{action}{repeat && <Button kind="outline" icon="refresh" onClick={onRetry}>{controls.retry}</Button>}</div>}
      {supportCode && <p class="support-code">{say(states.supportCode, { mã: supportCode })}</p>}
    </div>
  );
}

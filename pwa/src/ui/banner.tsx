/** A line across the top of the screen: offline, out of date, new version. */
import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "./icons";

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

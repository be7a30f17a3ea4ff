/** What comes after the first paint: the lines above every screen, live events, install and update. */
import { watchReach } from "./api/knock";
import { reach, useReach } from "./api/online";
import { watchForInstall } from "./install/prompt";
import { updateNow, updateReady, watchForUpdates } from "./install/update";
import { subscribe } from "./realtime/listen";
import { navigate } from "./router";
import { screenOf } from "./screens";
import { useStore } from "./store";
import { refreshSession, session } from "./session/session";
import { Button } from "./ui/button";
import { Icon } from "./ui/icons";
import { Banner } from "./ui/banner";
import { clockTime } from "./ui/format";
import { say } from "./words/say";
import { install as words } from "./words/vi/install";
import { shell } from "./words/vi/shell";

export { goLive } from "./realtime/live";
export { EmptyState, ErrorState } from "./ui/states";
export { NotFound } from "./not-found";
export * as inbox from "./features/inbox/afterwards";
export { InstallCard } from "./install/install-card";

/** Screens a person is likely to open next; fetched while nothing else is going on. */
const LIKELY = ["review", "signing"] as const;

export function Lines() {
  const reach = useReach();
  const update = useStore(updateReady);
  return (
    <>
      {reach.at === "offline" && <Banner tone="offline">{say(shell.offline, { giờ: clockTime(reach.since) })}</Banner>}
      {reach.at === "returned" && <Banner tone="good">{words.backOnline}</Banner>}
      {update && <Banner tone="info" action={<button type="button" class="banner-button" onClick={updateNow}>{words.updateNow}</button>}>{words.updateTitle}</Banner>}
    </>
  );
}

/** Nothing was loaded yet and the server is out of reach. */
export function Offline({ retry }: { retry: () => void }) {
  return (
    <div class="state">
      <span class="state-picture"><Icon name="offline" /></span>
      <h1 class="state-opening">{words.offlineTitle}</h1>
      <p class="state-text">{words.offlineBody}</p>
      <Button onClick={retry}>{words.retry}</Button>
    </div>
  );
}

watchReach();
subscribe("session.ended", () => void refreshSession());
reach.watch((now) => now.at === "returned" && session.get().at === "unreachable" && void refreshSession());
watchForInstall();
if (import.meta.env.PROD) void watchForUpdates(navigate);
setTimeout(() => LIKELY.forEach((feature) => void screenOf(feature).catch(() => undefined)), 1_500);

/** What comes after the first paint: links, the lines above every screen, live events, install and update. */
import { watchReach } from "./api/knock";
import { reach } from "./api/online";
import { useReach } from "./api/use-online";
import { watchForInstall } from "./install/prompt";
import { hearWorker, updateNow, updateReady, watchForUpdates } from "./install/update";
import { calm } from "./later";
import { startRouter } from "./links";
import { subscribe } from "./realtime/listen";
import { goLive } from "./realtime/live";
import { navigate } from "./router";
import { screenOf } from "./screens";
import { useStore } from "./store";
import { refreshSession, session, type Session } from "./session/session";
import { Button } from "./ui/button";
import { Icon } from "./ui/icons";
import { Banner } from "./ui/banner";
import { ErrorState } from "./ui/states";
import { clockTime } from "./ui/format";
import { say } from "./words/say";
import { install as words } from "./words/vi/install";
import { reach as reachWords } from "./words/vi/reach";
import { states } from "./words/vi/states";

export { focusListTitle, restoreScroll } from "./links";
export { NotFound } from "./not-found";
export * as inbox from "./features/inbox/afterwards";
export { InstallCard } from "./install/install-card";
export { seldom } from "./seldom-screens";

const CALM_MS = 2_500;
/** A first visit's worker fetches the whole app for later visits, so it begins when nobody waits for anything else. */
const SETTLED_MS = 5_000;

/** Screens a person is likely to open next; fetched while nothing else is going on. */
const LIKELY = ["review", "signing"] as const;

export function Lines() {
  const reach = useReach();
  const update = useStore(updateReady);
  return (
    <>
      {reach.at === "offline" && <Banner tone="offline">{say(reachWords.offline, { giờ: clockTime(reach.since) })}</Banner>}
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

export function SessionEnded() {
  return <p class="banner banner-warning" role="status">{states.sessionEnded}</p>;
}

/** Beside a list of which nothing is open yet. The address says which list: a word of the first download's costs its bytes. */
export function NothingOpen() {
  const sentence = location.pathname.startsWith("/tiep-nhan") ? states.chooseDossier : states.chooseVoucher;
  return <div class="state"><span class="state-picture"><Icon name="document" /></span><p class="state-text">{sentence}</p></div>;
}

/** The script of a screen could not be fetched. */
export function ScreenFailed({ onRetry }: { onRetry: () => void }) {
  return <ErrorState happened={states.screenFailed} onRetry={onRetry} />;
}

let livingFor: string | undefined;
let leave: () => void = () => undefined;

/** One socket for as long as one person is here. */
function followPerson(now: Session): void {
  const person = now.at === "in" ? now.person.id : undefined;
  if (person === livingFor) return;
  livingFor = person;
  leave();
  leave = now.at === "in" ? goLive(now.eventSeq) : () => undefined;
}

startRouter();
session.watch(followPerson);
followPerson(session.get());
watchReach();
subscribe("session.ended", () => void refreshSession());
reach.watch((now) => now.at === "returned" && session.get().at === "unreachable" && void refreshSession());
watchForInstall();
hearWorker(navigate);
// A device that was turned may have room for the list beside its item.
addEventListener("resize", () => calm.set(true), { once: true });
setTimeout(() => {
  LIKELY.forEach((feature) => void screenOf(feature).catch(() => undefined));
  calm.set(true);
}, CALM_MS);
if (import.meta.env.PROD) setTimeout(() => void watchForUpdates(), SETTLED_MS);

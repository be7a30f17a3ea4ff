/** The app's frame: who is here, which screen, and the lines that concern every screen. */
import type { ComponentType } from "preact";
import { useEffect, useLayoutEffect, useState } from "preact/hooks";
import { Panes } from "./panes";
import { navigate, restoreScroll, usePlace, type Place } from "./router";
import { homeOf, deskOf, doorsOf, type Desk } from "./session/roles";
import { refreshSession, useSession, type Session } from "./session/session";
import { later } from "./later";
import { useStore } from "./store";
import { Icon } from "./ui/icons";
import { Skeleton } from "./ui/skeleton";
import { screenOf } from "./screens";
import { shell } from "./words/vi/shell";

export function App() {
  const now = useSession();
  const inside = now.at === "in" ? now.person.id : undefined;
  const afterwards = useStore(later);
  useEffect(() => (inside === undefined ? undefined : afterwards?.goLive(now.at === "in" ? now.eventSeq : 0)), [inside, afterwards]);
  switch (now.at) {
    case "asking":
      return <div class="shell"><header class="topbar"><p class="topbar-title">{shell.appName}</p></header><main class="pane"><Skeleton shapes={["hero", "card", "card", "card"]} /></main></div>;
    case "unreachable":
      return <Unreachable />;
    case "out":
      return <Outside ended={now.ended} />;
    case "in":
      return <Inside key={now.person.id} person={now.person} />;
    default:
      return now satisfies never;
  }
}

type Person = Extract<Session, { at: "in" }>["person"];

function Inside({ person }: { person: Person }) {
  const place = usePlace();
  const desk = deskOf(person.title);
  const strayed = isStrayed(place, desk);
  useEffect(() => {
    if (strayed) navigate(homeOf(desk), { replace: true });
  }, [strayed, desk]);
  useLayoutEffect(() => restoreScroll(place.visit), [place.visit]);
  const bare = place.route?.name === "signing" || place.route?.name === "review" || place.route?.feature === "dossier-form";
  return (
    <div class={bare ? "shell shell-bare" : "shell"}>
      <a class="skip" href="#main">{shell.skipToContent}</a>
      <Lines />
      <Navigation desk={desk} place={place} />
      {strayed ? <main id="main" class="pane" /> : <Panes place={place} home={homeOf(desk)} />}
    </div>
  );
}

/** The log-in address means nothing to somebody inside, and each desk has its own first screen. */
function isStrayed(place: Place, desk: Desk): boolean {
  return place.route?.name === "login" || (place.pathname === "/" && homeOf(desk) !== "/");
}

function Navigation({ desk, place }: { desk: Desk; place: Place }) {
  const here = place.route?.pane === "detail" ? homeOf(desk) : place.pathname;
  return (
    <nav class="nav" aria-label={shell.mainNavigation}>
      <span class="nav-mark"><img src="/icon.svg" alt="" width="40" height="40" /></span>
      {doorsOf(desk).map((door) => (
        <a key={door.to} class="nav-door" href={door.to} aria-current={door.to === here ? "page" : undefined}>
          <Icon name={door.icon} />
          <span>{door.label}</span>
        </a>
      ))}
    </nav>
  );
}

function Unreachable() {
  const afterwards = useStore(later);
  return (
    <div class="shell shell-bare">
      <main class="pane state-screen">{afterwards && <afterwards.Offline retry={() => void refreshSession()} />}</main>
    </div>
  );
}

/** Offline, back again, new version: the lines above every screen, fetched right after the first paint. */
function Lines() {
  const afterwards = useStore(later);
  return <div class="lines">{afterwards && <afterwards.Lines />}</div>;
}

/** Logging in happens at the address the person wanted, so that afterwards they are simply there. */
function Outside({ ended }: { ended: boolean }) {
  const Login = useScreen("login");
  return (
    <div class="shell shell-bare">
      <Lines />
      <main id="main" class="pane pane-alone" data-active-pane>
        {ended && <p class="banner banner-warning" role="status">{shell.sessionEnded}</p>}
        {Login ? <Login params={{}} /> : <Skeleton shapes={["hero"]} />}
      </main>
    </div>
  );
}

function useScreen(feature: string): ComponentType<{ params: Readonly<Record<string, string>> }> | undefined {
  const [found, setFound] = useState<ComponentType<{ params: Readonly<Record<string, string>> }>>();
  useEffect(() => void screenOf(feature).then((screen) => setFound(() => screen)), [feature]);
  return found;
}

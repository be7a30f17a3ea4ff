/** The app's frame: who is here, which screen, and the lines that concern every screen. */
import { useEffect, useLayoutEffect } from "preact/hooks";
import { Load, Panes } from "./panes";
import { loginRoute, navigate, usePlace, type Place } from "./router";
import { homeOf, deskOf, doorsOf, type Desk } from "./session/roles";
import { refreshSession, useSession, type Session } from "./session/session";
import { later } from "./later";
import { useStore } from "./store";
import { Icon, Mark } from "./ui/icons";
import { shell } from "./words/vi/shell";

export function App() {
  const now = useSession();
  switch (now.at) {
    case "asking":
      return null;
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
  useLayoutEffect(() => later.get()?.restoreScroll(place.visit), [place.visit]);
  const bare = place.route?.pane === "detail" || place.route?.pane === "task";
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
  return place.route === loginRoute || (place.pathname === "/" && homeOf(desk) !== "/");
}

function Navigation({ desk, place }: { desk: Desk; place: Place }) {
  const here = place.route?.pane === "detail" ? homeOf(desk) : place.pathname;
  return (
    <nav class="nav" aria-label={shell.mainNavigation}>
      <span class="nav-mark"><Mark /></span>
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
  const afterwards = useStore(later);
  return (
    <div class="shell shell-bare">
      <Lines />
      <main id="main" class="pane pane-alone" data-active-pane>
        {ended && afterwards && <afterwards.SessionEnded />}
        <Load route={loginRoute} params={{}} />
      </main>
    </div>
  );
}

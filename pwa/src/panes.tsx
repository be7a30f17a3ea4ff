/**
 * One pane or two. A list stays mounted while one of its items is open: beside it on a wide screen, hidden beneath it on
 * a narrow one. So its scroll, selection and content survive opening, going back and turning the device.
 */
import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { routes, type Place, type Route } from "./router";
import { screenAtHand, screenOf, type Screen } from "./screens";
import { calm, later } from "./later";
import { useStore } from "./store";
import { Skeleton } from "./ui/skeleton";
import { Pane } from "./ui/title-bar";

export function Panes({ place, home }: { place: Place; home: string }) {
  const extra = useStore(later);
  const list = useListBeside(place, home, useStore(calm) || matchMedia(TWO_PANES).matches);
  const { route } = place;
  const open = route?.pane === "detail" ? route : undefined;
  const alone = !open && route?.pane !== "list";
  useLayoutEffect(() => later.get()?.focusListTitle(place), [place]);
  return (
    <div class={`panes${alone ? " panes-alone" : ""}${open ? " panes-open" : ""}`} id="main">
      {list && (
        <PaneFrame role="list" active={!alone && !open} hidden={alone}>
          <Load route={list} params={{}} selected={open ? place.params["id"] : undefined} />
        </PaneFrame>
      )}
      {alone || open ? (
        <PaneFrame role={open ? "detail" : "alone"} active key={place.pathname}>
          {route ? <Load route={route} params={place.params} /> : extra && <extra.NotFound home={home} />}
        </PaneFrame>
      ) : (
        <PaneFrame role="detail" active={false} empty>{extra && <extra.NothingOpen />}</PaneFrame>
      )}
    </div>
  );
}

/** From here on the list stands beside its item, see layout.css. */
const TWO_PANES = "(min-width: 840px)";

/**
 * The list last visited; before any was, the home of this desk, as soon as there is `time`: nobody sees it beneath an item
 * that was opened directly. None behind a screen that stands alone.
 */
function useListBeside({ route }: Place, home: string, time: boolean): Route | undefined {
  const [visited, setVisited] = useState<Route>();
  const now = route?.pane === "list" ? route : (visited ?? (time && route?.pane === "detail" ? routes.find(({ path }) => path === home) : undefined));
  useEffect(() => {
    if (now !== visited) setVisited(now);
  }, [now, visited]);
  return now;
}

function PaneFrame({ role, active, hidden, empty, children }: { role: "list" | "detail" | "alone"; active: boolean; hidden?: boolean; empty?: boolean; children: ComponentChildren }) {
  // Always the same element: another tag would mount the list anew and lose its scroll.
  return (
    <div role={active ? "main" : "complementary"} class={`pane pane-${role}${empty ? " pane-empty" : ""}`} data-active-pane={active ? "" : undefined} inert={hidden} hidden={hidden}>
      <Pane.Provider value={{ pane: role, active }}>{children}</Pane.Provider>
    </div>
  );
}

type Loading = { at: "fetching" } | { at: "here"; screen: Screen } | { at: "failed" };

function start(feature: string): Loading {
  const screen = screenAtHand(feature);
  return screen ? { at: "here", screen } : { at: "fetching" };
}

export function Load({ route, params, selected }: { route: Route; params: Readonly<Record<string, string>>; selected?: string | undefined }) {
  const [state, setState] = useState<{ feature: string; loading: Loading }>(() => ({ feature: route.feature, loading: start(route.feature) }));
  const [attempt, setAttempt] = useState(0);
  const extra = useStore(later);
  const wanted = useRef(route.feature);
  wanted.current = route.feature;
  const loading = state.feature === route.feature ? state.loading : start(route.feature);
  useEffect(() => {
    // To set what is shown already would draw the whole screen once more.
    if (loading.at === "here") return;
    const feature = route.feature;
    const show = (next: Loading) => wanted.current === feature && setState({ feature, loading: next });
    screenOf(feature).then((screen) => show({ at: "here", screen }), () => show({ at: "failed" }));
  }, [route.feature, attempt]);
  switch (loading.at) {
    case "fetching":
      return <Skeleton shapes={["hero", "card", "card"]} />;
    case "here":
      return <loading.screen params={params} selected={selected} />;
    case "failed":
      return extra ? <extra.ScreenFailed onRetry={() => setAttempt(attempt + 1)} /> : null;
    default:
      return loading satisfies never;
  }
}

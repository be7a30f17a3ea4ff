/**
 * One pane or two. A list stays mounted while one of its items is open: beside it on a wide screen, hidden beneath it on
 * a narrow one. So its scroll, selection and content survive opening, going back and turning the device.
 */
import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { routes, takeTitleFocus, type Place, type Route } from "./router";
import { screenAtHand, screenOf, type Screen } from "./screens";
import { later } from "./later";
import { useStore } from "./store";
import { Skeleton } from "./ui/skeleton";
import { Icon } from "./ui/icons";
import { Pane } from "./ui/top-bar";
import { shell } from "./words/vi/shell";

export function Panes({ place, home }: { place: Place; home: string }) {
  const extra = useStore(later);
  const list = useListBeside(place, home);
  const alone = place.route?.pane !== "list" && place.route?.pane !== "detail";
  const open = place.route?.pane === "detail" ? place.route : undefined;
  useListFocus(place);
  return (
    <div class={`panes${alone ? " panes-alone" : ""}${open ? " panes-open" : ""}`} id="main">
      {list && (
        <PaneFrame role="list" active={!alone && !open} hidden={alone}>
          <Load route={list} params={{}} selected={open ? place.params["id"] : undefined} />
        </PaneFrame>
      )}
      {alone || open ? (
        <PaneFrame role={open ? "detail" : "alone"} active key={place.pathname}>
          {place.route ? <Load route={place.route} params={place.params} /> : extra && <extra.NotFound home={home} />}
        </PaneFrame>
      ) : (
        <PaneFrame role="detail" active={false} empty>
          <div class="state"><span class="state-picture"><Icon name="document" /></span><p class="state-text">{shell.chooseVoucher}</p></div>
        </PaneFrame>
      )}
    </div>
  );
}

/** The list last visited; before any was, the home of this desk. None behind a screen that stands alone. */
function useListBeside(place: Place, home: string): Route | undefined {
  const [visited, setVisited] = useState<Route>();
  const now = place.route?.pane === "list" ? place.route : (visited ?? (place.route?.pane === "detail" ? routes.find((route) => route.path === home) : undefined));
  useEffect(() => {
    if (now !== visited) setVisited(now);
  }, [now, visited]);
  return now;
}

/** A list that never left the page does not mount again, so its title is handed the focus here. */
function useListFocus(place: Place): void {
  useLayoutEffect(() => {
    if (place.route?.pane !== "list") return;
    const title = document.querySelector<HTMLElement>("[data-active-pane] .topbar-title");
    if (title && takeTitleFocus()) title.focus({ preventScroll: true });
  }, [place]);
}

function PaneFrame({ role, active, hidden, empty, children }: { role: "list" | "detail" | "alone"; active: boolean; hidden?: boolean; empty?: boolean; children: ComponentChildren }) {
  // Always the same element: another tag would mount the list anew and lose its scroll.
  return (
    <div role={active ? "main" : "complementary"} class={`pane pane-${role}${empty ? " pane-empty" : ""}`} data-active-pane={active ? "" : undefined} inert={hidden} hidden={hidden}>
      <Pane.Provider value={{ pane: role, active }}>{children}</Pane.Provider>
    </div>
  );
}

type Loading = { at: "fetching" } | { at: "here"; screen: Screen } | { at: "missing" } | { at: "failed" };

function start(feature: string): Loading {
  const screen = screenAtHand(feature);
  return screen ? { at: "here", screen } : { at: "fetching" };
}

function Load({ route, params, selected }: { route: Route; params: Readonly<Record<string, string>>; selected?: string | undefined }) {
  const [state, setState] = useState<{ feature: string; loading: Loading }>(() => ({ feature: route.feature, loading: start(route.feature) }));
  const [attempt, setAttempt] = useState(0);
  const extra = useStore(later);
  const wanted = useRef(route.feature);
  wanted.current = route.feature;
  const loading = state.feature === route.feature ? state.loading : start(route.feature);
  useEffect(() => {
    const feature = route.feature;
    const show = (next: Loading) => wanted.current === feature && setState({ feature, loading: next });
    screenOf(feature).then((screen) => show(screen ? { at: "here", screen } : { at: "missing" }), () => show({ at: "failed" }));
  }, [route.feature, attempt]);
  switch (loading.at) {
    case "fetching":
      return <Skeleton shapes={["hero", "card", "card"]} />;
    case "here":
      return <loading.screen params={params} selected={selected} />;
    case "missing":
      return extra ? <extra.NotFound home="/" /> : <Skeleton shapes={[]} />;
    case "failed":
      return extra ? <extra.ErrorState happened={shell.screenFailed} onRetry={() => setAttempt(attempt + 1)} /> : <Skeleton shapes={[]} />;
    default:
      return loading satisfies never;
  }
}

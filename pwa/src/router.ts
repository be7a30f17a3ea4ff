/**
 * Addresses of the app: a small history router. Screens are found by folder: `features/<feature>/screen.tsx` exporting
 * `Screen`; every one is fetched on demand but the inbox.
 *
 * Plain `<a href="/…">` links navigate without a reload. Does not: fetch data, or know who may see what.
 */
import { store, useStore } from "./store";

export interface Route {
  readonly name: RouteName;
  readonly path: string;
  /** Folder under `features/`. */
  readonly feature: string;
  /** A list stays in its own pane, with scroll and selection, while one of its items is open beside or above it. */
  readonly pane: "list" | "detail" | "alone";
}

export type RouteName =
  | "login" | "inbox" | "review" | "signing" | "history" | "dossiers" | "dossier-new" | "dossier-edit" | "intake"
  | "account" | "notifications";

export const routes: readonly Route[] = [
  { name: "login", path: "/dang-nhap", feature: "login", pane: "alone" },
  { name: "inbox", path: "/", feature: "inbox", pane: "list" },
  { name: "review", path: "/chung-tu/:id", feature: "review", pane: "detail" },
  { name: "signing", path: "/ky/:id", feature: "signing", pane: "alone" },
  { name: "history", path: "/lich-su", feature: "history", pane: "list" },
  { name: "dossiers", path: "/ho-so", feature: "dossiers", pane: "list" },
  { name: "dossier-new", path: "/ho-so/moi", feature: "dossier-form", pane: "alone" },
  { name: "dossier-edit", path: "/ho-so/:id/sua", feature: "dossier-form", pane: "alone" },
  { name: "intake", path: "/tiep-nhan", feature: "intake", pane: "list" },
  { name: "account", path: "/tai-khoan", feature: "account", pane: "alone" },
  { name: "notifications", path: "/thong-bao", feature: "notifications", pane: "alone" },
];

export interface Place {
  readonly route: Route | undefined;
  readonly params: Readonly<Record<string, string>>;
  readonly pathname: string;
  readonly search: string;
  /** Differs for every visit; the scroll position is remembered under it. */
  readonly visit: string;
}

/** First route whose pattern fits; literal paths stand before patterns of the same length in the table. */
export function match(pathname: string): { route: Route; params: Record<string, string> } | undefined {
  const parts = pathname.replace(/\/+$/, "").split("/");
  for (const route of routes) {
    const pattern = route.path.replace(/\/+$/, "").split("/");
    if (pattern.length !== parts.length) continue;
    const params: Record<string, string> = {};
    const fits = pattern.every((want, index) => {
      const part = parts[index] ?? "";
      if (!want.startsWith(":")) return want === part;
      params[want.slice(1)] = decodeURIComponent(part);
      return part !== "";
    });
    if (fits) return { route, params };
  }
  return undefined;
}

const scrolls = new Map<string, number>();
let titleWantsFocus = false;

function here(): Place {
  const { pathname, search } = location;
  const state = history.state as { visit?: string } | null;
  return { route: undefined, params: {}, ...match(pathname), pathname, search, visit: state?.visit ?? "first" };
}

export const place = store<Place>(here());

export function usePlace(): Place {
  return useStore(place);
}

export function navigate(to: string, how: { replace?: boolean } = {}): void {
  rememberScroll();
  const state = { visit: `${Date.now()}-${Math.random()}` };
  if (how.replace) history.replaceState(state, "", to);
  else history.pushState(state, "", to);
  titleWantsFocus = true;
  place.set(here());
}

/** Filters live in the address, but changing one is no visit: focus and scroll stay. */
export function writeSearch(search: string): void {
  history.replaceState(history.state, "", location.pathname + search);
  place.set(here());
}

/** The on-screen back is the system's back; on a first screen, opened from outside, it leads to `otherwise`. */
export function goBack(otherwise: string): void {
  if (history.state) history.back();
  else navigate(otherwise, { replace: true });
}

/** True once after each navigation: the new screen's title then takes the focus. */
export function takeTitleFocus(): boolean {
  const wanted = titleWantsFocus;
  titleWantsFocus = false;
  return wanted;
}

const activePane = () => document.querySelector<HTMLElement>("[data-active-pane]");

function rememberScroll(): void {
  scrolls.set(place.get().visit, activePane()?.scrollTop ?? 0);
}

/** Puts the pane back where it was, as soon as its content is long enough; gives up when the person scrolls. */
export function restoreScroll(visit: string): void {
  const top = scrolls.get(visit) ?? 0;
  const pane = activePane();
  if (!pane) return;
  pane.scrollTop = top;
  const until = performance.now() + 2_000;
  const again = () => {
    if (Math.abs(pane.scrollTop - top) < 1 || performance.now() > until) return;
    pane.scrollTop = top;
    requestAnimationFrame(again);
  };
  if (top > 0) requestAnimationFrame(again);
}

/** Starts listening to links and to the back button. Returns how to stop. */
export function startRouter(): () => void {
  const onClick = (event: MouseEvent) => {
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    if (!link || !staysInside(link, event)) return;
    event.preventDefault();
    navigate(link.pathname + link.search);
  };
  const onPop = () => {
    rememberScroll();
    titleWantsFocus = true;
    place.set(here());
  };
  history.scrollRestoration = "manual";
  document.addEventListener("click", onClick);
  addEventListener("popstate", onPop);
  return () => {
    document.removeEventListener("click", onClick);
    removeEventListener("popstate", onPop);
  };
}

function staysInside(link: HTMLAnchorElement, event: MouseEvent): boolean {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return false;
  if (link.target || link.hasAttribute("download") || link.origin !== location.origin) return false;
  return match(link.pathname) !== undefined && !link.getAttribute("href")?.startsWith("#");
}

/**
 * Addresses of the app: a small history router. Screens are found by folder: `features/<feature>/screen.tsx` exporting
 * `Screen`; every one is fetched on demand but the inbox.
 *
 * Does not: listen to links and the back button (links.ts does), fetch data, or know who may see what.
 */
import { store, useStore } from "./store";

export interface Route {
  readonly path: string;
  /** Folder under `features/`. */
  readonly feature: string;
  /**
   * A list stays in its own pane, with scroll and selection, while one of its items is open (`detail`) beside or above it.
   * In a `task` the phone shows no navigation: the lower edge belongs to its buttons.
   */
  readonly pane: "list" | "detail" | "alone" | "task";
}

function route(feature: string, path: string, pane: Route["pane"]): Route {
  return { path, feature, pane };
}

export const loginRoute = route("login", "/dang-nhap", "alone");
export const routes: readonly Route[] = [
  loginRoute,
  route("inbox", "/", "list"),
  route("review", "/chung-tu/:id", "detail"),
  route("signing", "/ky/:id", "task"),
  route("history", "/lich-su", "list"),
  route("dossiers", "/ho-so", "list"),
  route("dossier-form", "/ho-so/moi", "task"),
  route("dossier-form", "/ho-so/:id/sua", "task"),
  route("intake", "/tiep-nhan", "list"),
  route("treasury-registrations", "/tiep-nhan/:id", "detail"),
  route("registration-change", "/thay-doi", "task"),
  route("registration", "/dang-ky", "task"),
  route("registration", "/dang-ky/:id", "task"),
  route("account", "/tai-khoan", "alone"),
  route("notifications", "/thong-bao", "alone"),
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
  for (const route of routes) {
    const fits = new RegExp(`^${route.path.replace(":id", "([^/]+)")}/*$`).exec(pathname);
    if (fits) return { route, params: fits[1] ? { id: decodeURIComponent(fits[1]) } : {} };
  }
  return undefined;
}

export const scrolls = new Map<string, number>();
let titleWantsFocus = false;

/** Reads the address anew; the next title takes the focus. */
export function arrive(): void {
  giveTitleFocus();
  place.set(here());
}

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
  arrive();
}

/** Filters live in the address, but changing one is no visit: focus and scroll stay. */
export function writeSearch(search: string): void {
  history.replaceState(history.state, "", location.pathname + search);
  place.set(here());
}

/** The next title takes the focus, as after a navigation. */
export function giveTitleFocus(): void {
  titleWantsFocus = true;
}

/** True once after each navigation: the new screen's title then takes the focus. */
export function takeTitleFocus(): boolean {
  const wanted = titleWantsFocus;
  titleWantsFocus = false;
  return wanted;
}

export const activePane = () => document.querySelector<HTMLElement>("[data-active-pane]");

export function rememberScroll(): void {
  scrolls.set(place.get().visit, activePane()?.scrollTop ?? 0);
}

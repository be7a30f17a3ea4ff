/**
 * Links and the back button: plain `<a href="/…">` links navigate without a reload, and a pane gets its scroll back.
 *
 * Comes after the first paint; a link tapped before that loads its page from the server, which answers with the same screen.
 */
import { activePane, arrive, match, navigate, rememberScroll, scrolls, takeTitleFocus, type Place } from "./router";

/** The on-screen back is the system's back; on a first screen, opened from outside, it leads to `otherwise`. */
export function goBack(otherwise: string): void {
  if (history.state) history.back();
  else navigate(otherwise, { replace: true });
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
    arrive();
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

/** A list that never left the page does not mount again, so its title is handed the focus here. */
export function focusListTitle({ route }: Place): void {
  if (route?.pane !== "list") return;
  const title = activePane()?.querySelector<HTMLElement>(".topbar-title");
  if (title && takeTitleFocus()) title.focus({ preventScroll: true });
}

/**
 * Whether the server can be reached, learnt from requests that failed or came through.
 *
 * `navigator.onLine` is not asked: it says yes after an offline reload. While offline the server is tried again every
 * three seconds, as long as somebody is looking.
 */
import { store, useStore } from "../store";

export type Reach =
  | { at: "online" }
  | { at: "offline"; since: Date }
  /** Reached again a moment ago; screens are loading afresh. */
  | { at: "returned" };

const TRY_EVERY_MS = 3_000;
const SHOW_RETURN_MS = 3_000;

export const reach = store<Reach>({ at: "online" });
let knocking: ReturnType<typeof setInterval> | undefined;

export function noteFailure(): void {
  if (reach.get().at === "offline") return;
  reach.set({ at: "offline", since: new Date() });
  knocking ??= setInterval(() => void (document.visibilityState === "visible" && knock()), TRY_EVERY_MS);
}

export function noteSuccess(): void {
  if (reach.get().at !== "offline") return;
  clearInterval(knocking);
  knocking = undefined;
  reach.set({ at: "returned" });
  setTimeout(() => reach.get().at === "returned" && reach.set({ at: "online" }), SHOW_RETURN_MS);
}

async function knock(): Promise<void> {
  const answer = await fetch("/api/session").catch(() => undefined);
  if (answer) noteSuccess();
}

/** The browser's own hint is only a reason to look at once. */
export function listenToBrowser(): void {
  addEventListener("online", () => reach.get().at === "offline" && void knock());
  addEventListener("offline", () => noteFailure());
}

export function useReach(): Reach {
  return useStore(reach);
}

export function useOnline(): boolean {
  return useReach().at !== "offline";
}

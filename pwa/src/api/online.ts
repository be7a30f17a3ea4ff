/**
 * Whether the server can be reached, learnt from requests that failed or came through.
 *
 * `navigator.onLine` is not asked: it says yes after an offline reload. While offline the server is tried again every
 * three seconds, as long as somebody is looking.
 */
import { store } from "../store";

export type Reach =
  | { at: "online" }
  | { at: "offline"; since: Date }
  /** Reached again a moment ago; screens are loading afresh. */
  | { at: "returned" };

const SHOW_RETURN_MS = 3_000;

export const reach = store<Reach>({ at: "online" });

export function noteFailure(): void {
  if (reach.get().at === "offline") return;
  reach.set({ at: "offline", since: new Date() });
}

export function noteSuccess(): void {
  if (reach.get().at !== "offline") return;
  reach.set({ at: "returned" });
  setTimeout(() => reach.get().at === "returned" && reach.set({ at: "online" }), SHOW_RETURN_MS);
}

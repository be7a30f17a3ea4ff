/** Everything the first paint does not need, fetched right after it in one chunk. */
import { store } from "./store";

export const later = store<typeof import("./afterwards") | undefined>(undefined);

export function fetchLater(): void {
  requestAnimationFrame(() => setTimeout(() => void import("./afterwards").then((module) => later.set(module), () => setTimeout(fetchLater, 3_000)), 0));
}

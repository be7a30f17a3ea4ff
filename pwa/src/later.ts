/** Everything the first paint does not need, fetched right after it in one chunk. */
import { store } from "./store";

export const later = store<typeof import("./afterwards") | undefined>(undefined);

export const afterwards = () => import("./afterwards");

/** True once whoever opened a screen directly has had time to see it, or turned the device: what is beneath may be drawn. */
export const calm = store(false);

/** Runs `task` in a task of its own, `pause` milliseconds after the next frame: what is drawn now is on the screen before. */
export function afterFrame(task: () => void, pause = 0): void {
  requestAnimationFrame(() => setTimeout(task, pause));
}

/** Long enough for an answer that is already here to be painted first. */
const PAINTED_MS = 300;

export function fetchLater(): void {
  afterFrame(() => void afterwards().then((module) => setTimeout(later.set, 0, module), () => setTimeout(fetchLater, 3_000)), PAINTED_MS);
}

/** While the server is out of reach: try it every three seconds, as long as somebody is looking. */
import { noteFailure, noteSuccess, reach } from "./online";

const TRY_EVERY_MS = 3_000;

async function knock(): Promise<void> {
  const answer = await fetch("/api/session").catch(() => undefined);
  if (answer) noteSuccess();
}

export function watchReach(): void {
  setInterval(() => reach.get().at === "offline" && document.visibilityState === "visible" && void knock(), TRY_EVERY_MS);
  // The browser's own hint is only a reason to look at once.
  addEventListener("online", () => reach.get().at === "offline" && void knock());
  addEventListener("offline", noteFailure);
}

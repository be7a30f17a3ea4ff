/** Whether this device can install the app, and the browser's own question kept for the moment somebody taps. */
import { store } from "../store";

interface InstallQuestion extends Event {
  prompt(): Promise<{ outcome: "accepted" | "dismissed" }>;
}

export type Installing = "installed" | "possible" | "by-hand" | "not-offered" | "needs-https";

const MONTH_MS = 30 * 24 * 3_600_000;
export const installing = store<Installing>(situation());
let question: InstallQuestion | undefined;

function situation(): Installing {
  const standalone = matchMedia("(display-mode: standalone)").matches || "standalone" in navigator && navigator.standalone === true;
  if (standalone) return "installed";
  if (!isSecureContext) return "needs-https";
  return /iPhone|iPad|Macintosh.*Mobile/.test(navigator.userAgent) ? "by-hand" : "not-offered";
}

export function watchForInstall(): void {
  countVisit();
  // Here and not in the page: nobody installs before the first screen stands.
  document.head.append(Object.assign(document.createElement("link"), { rel: "manifest", href: "/manifest.webmanifest" }));
  addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    question = event as InstallQuestion;
    installing.set("possible");
  });
  addEventListener("appinstalled", () => installing.set("installed"));
}

export async function install(): Promise<void> {
  const answer = await question?.prompt();
  question = undefined;
  installing.set(answer?.outcome === "accepted" ? "installed" : "not-offered");
}

function countVisit(): void {
  if (sessionStorage.getItem("visit")) return;
  sessionStorage.setItem("visit", "counted");
  localStorage.setItem("visits", String(Number(localStorage.getItem("visits") ?? 0) + 1));
}

/** From the second visit on, unless somebody said "later" within the last thirty days. */
export function mayAsk(now: number): boolean {
  const putOff = Number(localStorage.getItem("install:later") ?? 0);
  return Number(localStorage.getItem("visits") ?? 0) >= 2 && now - putOff > MONTH_MS;
}

export function askLater(now: number): void {
  localStorage.setItem("install:later", String(now));
}

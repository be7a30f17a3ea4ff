/**
 * Registers the service worker and brings new versions in without interrupting anybody.
 *
 * A waiting version takes over by itself when the app is out of sight and nobody holds it back; forms, the sheets before a
 * signature and the waiting screen hold it back with `holdUpdates()`.
 */
import { store } from "../store";

export const updateReady = store(false);
let holders = 0;
let waiting: ServiceWorker | undefined;
let reloading = false;

/** While any holder is alive no version is exchanged, and none is offered. Returns how to let go. */
export function holdUpdates(): () => void {
  holders += 1;
  show();
  let held = true;
  return () => {
    if (held) holders -= 1;
    held = false;
    show();
  };
}

function show(): void {
  updateReady.set(waiting !== undefined && holders === 0);
}

export function updateNow(): void {
  reloading = true;
  waiting?.postMessage("SKIP_WAITING");
}

/** Hears the worker of an earlier visit. */
export function hearWorker(go: (url: string) => void): void {
  if (!("serviceWorker" in navigator)) return;
  navigator.serviceWorker.addEventListener("controllerchange", () => reloading && location.reload());
  navigator.serviceWorker.addEventListener("message", (event: MessageEvent<unknown>) => hear(event.data, go));
}

/** Registers this version's worker, which on a first visit fetches the whole app, and follows those to come. */
export async function watchForUpdates(): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  const registration = await navigator.serviceWorker.register("/sw.js").catch(() => undefined);
  if (!registration) return;
  if (registration.waiting) offer(registration.waiting);
  registration.addEventListener("updatefound", () => follow(registration.installing));
  document.addEventListener("visibilitychange", () => onLook(registration));
  registration.active?.postMessage("CHECK_SWITCH");
}

function follow(worker: ServiceWorker | null): void {
  worker?.addEventListener("statechange", () => {
    if (worker.state === "installed" && navigator.serviceWorker.controller) offer(worker);
  });
}

function offer(worker: ServiceWorker): void {
  waiting = worker;
  show();
}

function onLook(registration: ServiceWorkerRegistration): void {
  if (document.visibilityState === "visible") void registration.update().catch(() => undefined);
  else if (waiting && holders === 0) updateNow();
}

function hear(said: unknown, go: (url: string) => void): void {
  if (said === "SWITCHED_OFF") location.reload();
  if (typeof said === "object" && said !== null && "go" in said && typeof said.go === "string") go(said.go);
}

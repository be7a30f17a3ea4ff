/**
 * The service worker: keeps the app's own shell for a fast and an offline start, and nothing else.
 *
 * Does not: cache, queue or repeat anything of the API. What a person signs must come from the server, now.
 */
import { clientsClaim } from "workbox-core";
import { cleanupOutdatedCaches, createHandlerBoundToURL, matchPrecache, precacheAndRoute } from "workbox-precaching";
import { NavigationRoute, registerRoute, setCatchHandler } from "workbox-routing";

declare const self: ServiceWorkerGlobalScope;
declare const __PRECACHE__: { url: string; revision: string | null }[];

/** Addresses this worker must never answer, each with its reason. */
const NEVER: readonly { readonly path: RegExp; readonly because: string }[] = [
  { path: /^\/api(\/|$)/, because: "state of vouchers and sessions: a remembered answer could be signed by mistake" },
  { path: /^\/socket\.io(\/|$)/, because: "a live connection" },
  { path: /\.pdf$/i, because: "the very bytes that get signed; they come from the server or not at all" },
  { path: /^\/demo(\/|$)/, because: "the demo's mailbox is another application" },
  { path: /^\/phone(\/|$)/, because: "the emulated signing app is another application" },
  { path: /\/pages?\/\d+/, because: "pictures of a voucher's pages show payees and amounts; none may stay on a shared device" },
  { path: /^\/sw-switch\.json$/, because: "the switch that turns this worker off must be read fresh" },
];

precacheAndRoute(__PRECACHE__, { cleanURLs: false });
cleanupOutdatedCaches();
clientsClaim();
registerRoute(new NavigationRoute(createHandlerBoundToURL("/index.html"), { denylist: NEVER.map((rule) => rule.path) }));
setCatchHandler(async ({ request }) => {
  const offline = request.mode === "navigate" ? await matchPrecache("/offline.html") : undefined;
  return offline ?? Response.error();
});

self.addEventListener("message", (event) => {
  if (event.data === "SKIP_WAITING") void self.skipWaiting();
  if (event.data === "CHECK_SWITCH") event.waitUntil(obeySwitch());
});
self.addEventListener("activate", (event) => event.waitUntil(obeySwitch()));

/** Operators set `{"off": true}` in sw-switch.json when a release must be withdrawn: the worker removes itself. */
async function obeySwitch(): Promise<void> {
  const answer = await fetch("/sw-switch.json", { cache: "no-store" }).catch(() => undefined);
  if (!answer?.ok) return;
  const { off } = (await answer.json().catch(() => ({ off: false }))) as { off?: boolean };
  if (off === true) await leave();
}

async function leave(): Promise<void> {
  for (const name of await caches.keys()) await caches.delete(name);
  await self.registration.unregister();
  for (const client of await self.clients.matchAll({ type: "window" })) client.postMessage("SWITCHED_OFF");
}

/** A push is only a knock: fixed words without names or amounts, the app reads the rest from the server. */
interface Knock {
  title: string;
  body?: string;
  url?: string;
  tag?: string;
}

self.addEventListener("push", (event) => {
  const knock = event.data?.json() as Knock | undefined;
  if (!knock) return;
  const shown: NotificationOptions = { icon: "/icons/icon-192.png", lang: "vi", data: knock.url ?? "/" };
  if (knock.body) shown.body = knock.body;
  if (knock.tag) shown.tag = knock.tag;
  event.waitUntil(self.registration.showNotification(knock.title, shown));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(openAt(String(event.notification.data ?? "/")));
});

async function openAt(url: string): Promise<void> {
  const [open] = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  if (!open) return void (await self.clients.openWindow(url));
  await open.focus();
  open.postMessage({ go: url });
}

/**
 * The drafts open in this tab. A draft outlives its screen until it is saved: leaving, logging in again or turning the
 * device loses nothing; unsaved typing also outlives a reload, in this tab's own storage, and is gone once saved.
 *
 * Nothing is kept for another person, and logging out forgets everything.
 */
import { actionKey } from "../../api/action-key";
import { read } from "../../api/client";
import { command } from "../../api/command";
import { reach } from "../../api/online";
import { session } from "../../session/session";
import { draftOf, isEditable, startAutosave, type Autosave, type Dossier, type Kept, type Ports } from "./autosave";
import { blankVoucher } from "./voucher";

const NEW = "new";
const PREFIX = "draft:";
const open = new Map<string, Autosave>();
const holders = new WeakMap<Autosave, number>();

const ports: Ports = {
  create: (vouchers, key) => command("post", "/api/dossiers", { body: { vouchers }, key }),
  save: (id, version, vouchers, key) => command("put", "/api/dossiers/{dossier_id}", { path: { dossier_id: id }, body: { expected_version: version, vouchers }, key }),
  read: (id) => read("/api/dossiers/{dossier_id}", { path: { dossier_id: id } }),
  freshKey: actionKey,
  now: () => new Date(),
  later(run, ms) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

export const readDossier = ports.read;

const nameOf = (user: string, id: string | undefined) => `${PREFIX}${user}:${id ?? NEW}`;

/** The draft still open in memory, with everything that was typed. */
export function deskAtHand(user: string, id: string | undefined): Autosave | undefined {
  return open.get(nameOf(user, id));
}

/** A new voucher, or the one whose typing a reload interrupted. */
export function openNew(user: string, today: string): Autosave {
  return deskAtHand(user, undefined) ?? begin(user, undefined, startAutosave(ports, { draft: { vouchers: [blankVoucher(today)] }, kept: readKept(user, undefined) }));
}

export function openDraft(user: string, dossier: Dossier): Autosave {
  return deskAtHand(user, dossier.id) ?? begin(user, dossier.id, startAutosave(ports, { draft: draftOf(dossier), dossier, kept: isEditable(dossier) ? readKept(user, dossier.id) : undefined }));
}

/** Typing that a reload interrupted, when the server cannot be asked about the rest. */
export function openKept(user: string, id: string): Autosave | undefined {
  const kept = readKept(user, id);
  return kept && begin(user, id, startAutosave(ports, { draft: kept.draft, kept }));
}

function begin(user: string, id: string | undefined, desk: Autosave): Autosave {
  let name = nameOf(user, id);
  open.set(name, desk);
  desk.onKeep((kept) => write(name, kept));
  desk.server.watch((dossier) => {
    if (!dossier || name === nameOf(user, dossier.id)) return;
    // The draft has got its id: from now on it is found under it, and "new" is free for another one.
    open.delete(name);
    sessionStorage.removeItem(name);
    name = nameOf(user, dossier.id);
    open.set(name, desk);
  });
  return desk;
}

/** A screen shows this draft. Returns what to call when it closes: what is unsaved goes on being saved, a saved draft is read afresh next time. */
export function hold(desk: Autosave): () => void {
  holders.set(desk, (holders.get(desk) ?? 0) + 1);
  return () => {
    holders.set(desk, (holders.get(desk) ?? 1) - 1);
    void letGo(desk);
  };
}

async function letGo(desk: Autosave): Promise<void> {
  const saved = await desk.flush();
  if (!saved || (holders.get(desk) ?? 0) > 0) return;
  for (const [name, one] of open) if (one === desk) open.delete(name);
  desk.stop();
}

function write(name: string, kept: Kept | undefined): void {
  try {
    if (kept) sessionStorage.setItem(name, JSON.stringify(kept));
    else sessionStorage.removeItem(name);
  } catch {
    // Storage may be blocked or full; the draft is still in memory and on its way to the server.
  }
}

function readKept(user: string, id: string | undefined): Kept | undefined {
  forgetOthers(user);
  try {
    const found: unknown = JSON.parse(sessionStorage.getItem(nameOf(user, id)) ?? "null");
    return isKept(found) ? found : undefined;
  } catch {
    return undefined;
  }
}

function isKept(found: unknown): found is Kept {
  return typeof found === "object" && found !== null && "draft" in found && "savedText" in found && "version" in found;
}

function forgetOthers(user: string): void {
  for (const name of Object.keys(sessionStorage)) if (name.startsWith(PREFIX) && !name.startsWith(`${PREFIX}${user}:`)) sessionStorage.removeItem(name);
  for (const [name, desk] of open) if (!name.startsWith(`${PREFIX}${user}:`)) drop(name, desk);
}

function drop(name: string, desk: Autosave): void {
  desk.stop();
  open.delete(name);
}

session.watch((now) => {
  if (now.at === "out" && !now.ended) {
    for (const name of Object.keys(sessionStorage)) if (name.startsWith(PREFIX)) sessionStorage.removeItem(name);
    for (const [name, desk] of open) drop(name, desk);
  }
  if (now.at === "in") for (const desk of open.values()) void desk.flush();
});
reach.watch((now) => {
  if (now.at === "returned") for (const desk of open.values()) void desk.flush();
});
addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") for (const desk of open.values()) void desk.flush();
});

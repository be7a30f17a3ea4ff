/**
 * Keeps what is being typed on the server, one request at a time, and never lets a failed save lose a letter.
 *
 * A request whose answer was lost is sent again with the same key and the same content, so it counts once; what was typed
 * meanwhile goes in the next one. A version somebody else has moved on is never overwritten without asking.
 * Does not: judge content, draw anything, or submit.
 */
import { Problem } from "../../api/problem";
import type { Answer } from "../../api/wire";
import { store, type Store } from "../../store";
import { reduce, type Change, type Draft } from "./draft";
import { mistakesOf, type Mistake } from "./places";
import { fromWire, sameOnTheWire, toWire, type WireVoucher } from "./voucher";

export type Dossier = Answer<"/api/dossiers/{dossier_id}">;

export interface Ports {
  create(vouchers: WireVoucher[], key: string): Promise<Dossier>;
  save(id: string, version: number, vouchers: WireVoucher[], key: string): Promise<Dossier>;
  read(id: string): Promise<Dossier>;
  freshKey(): string;
  now(): Date;
  /** Runs later; returns how to call it off. */
  later(run: () => void, ms: number): () => void;
}

export type SaveState =
  /** All that was typed is on the server; `savedAt` is missing while nothing was ever saved from here. */
  | { at: "clean"; savedAt: Date | undefined }
  | { at: "waiting" }
  | { at: "saving" }
  | { at: "offline" }
  /** The server could not take it now; tried again by itself. */
  | { at: "busy"; problem: Problem }
  /** Refused because of the content: mend it. */
  | { at: "refused"; problem: Problem; mistakes: readonly Mistake[] }
  /** Somebody else changed the dossier; `server` is what stands there now, missing while it could not be read. */
  | { at: "conflict"; problem: Problem; server: Dossier | undefined };

/** One request under way or to be repeated exactly. */
interface Attempt {
  key: string;
  /** The server broke down over it: worth repeating as it is, not worth holding newer typing back. */
  broke?: boolean;
  vouchers: WireVoucher[];
  text: string;
}

/** What outlives a reload. */
export interface Kept {
  id: string | undefined;
  version: number;
  savedText: string;
  draft: Draft;
  attempt: Attempt | undefined;
}

export interface Autosave {
  readonly draft: Store<Draft>;
  readonly state: Store<SaveState>;
  /** Code and id once the server has given them. */
  readonly dossier: Store<Dossier | undefined>;
  change(change: Change): void;
  /** Fills in what the house knows by itself; not worth a request before the person has typed something. */
  prefill(change: Change): void;
  /** Sends what is unsaved now; true when everything is on the server. `evenBlank` begins a draft nobody has typed in. */
  flush(how?: { evenBlank?: boolean }): Promise<boolean>;
  /** Tries again to read the other version. */
  lookAgain(): Promise<boolean>;
  /** The person's own typing goes over what stands on the server. */
  keepMine(): Promise<boolean>;
  /** What stands on the server replaces the typing. */
  takeTheirs(): void;
  /** Takes over an answer of the server about this dossier, such as after sending it. */
  adopt(dossier: Dossier): void;
  /** Called on every change of what must outlive a reload; undefined when nothing has to. */
  onKeep(listener: (kept: Kept | undefined) => void): void;
  stop(): void;
}

export const QUIET_MS = 800;
const AGAIN_MS = [3_000, 6_000, 12_000, 30_000] as const;

export function startAutosave(ports: Ports, from: { draft: Draft; dossier?: Dossier | undefined; kept?: Kept | undefined }): Autosave {
  const draft = store<Draft>(from.kept?.draft ?? from.draft);
  const state = store<SaveState>({ at: "clean", savedAt: undefined });
  const dossier = store<Dossier | undefined>(from.dossier);
  const held = {
    id: from.dossier?.id ?? from.kept?.id,
    version: from.kept?.version ?? from.dossier?.version ?? 0,
    savedText: from.kept?.savedText ?? sameOnTheWire(draft.get().vouchers),
    attempt: from.kept?.attempt,
    failures: 0,
    savedAt: undefined as Date | undefined,
    /** Given up after a breakdown; the server may hold it all the same. */
    doubtful: undefined as string | undefined,
  };
  /** Somebody waits for everything to be saved, so typing done meanwhile does not wait for a pause. */
  let urgent = false;
  let callOff: () => void = () => undefined;
  let running: Promise<boolean> | undefined;
  let keep: (kept: Kept | undefined) => void = () => undefined;

  const textNow = () => sameOnTheWire(draft.get().vouchers);
  const isSaved = () => held.attempt === undefined && textNow() === held.savedText;

  function remember(): void {
    keep(isSaved() ? undefined : { id: held.id, version: held.version, savedText: held.savedText, draft: draft.get(), attempt: held.attempt });
  }

  function plan(ms: number): void {
    callOff();
    callOff = ports.later(() => void go(), ms);
  }

  function change(next: Change): void {
    draft.set(reduce(draft.get(), next));
    remember();
    const now = state.get().at;
    if (now === "saving" || now === "conflict" || now === "offline" || now === "busy") return;
    if (isSaved()) return void (now === "clean" || settle({ at: "clean", savedAt: held.savedAt }));
    settle({ at: "waiting" });
    plan(QUIET_MS);
  }

  function prefill(next: Change): void {
    if (!isSaved() || held.id !== undefined) return change(next);
    draft.set(reduce(draft.get(), next));
    held.savedText = textNow();
  }

  function settle(next: SaveState): void {
    callOff();
    state.set(next);
  }

  function flush(how: { evenBlank?: boolean } = {}): Promise<boolean> {
    urgent = true;
    if (how.evenBlank && held.id === undefined) held.savedText = "";
    return go();
  }

  function go(): Promise<boolean> {
    running ??= run().finally(() => {
      running = undefined;
      urgent = false;
    });
    return running;
  }

  async function run(): Promise<boolean> {
    if (state.get().at === "conflict") return false;
    callOff();
    while (!isSaved()) {
      if (held.attempt?.broke && held.attempt.text !== textNow()) {
        held.doubtful = held.attempt.text;
        held.attempt = undefined;
      }
      held.attempt ??= { key: ports.freshKey(), vouchers: draft.get().vouchers.map(toWire), text: textNow() };
      remember();
      settle({ at: "saving" });
      try {
        accept(await send(held.attempt), held.attempt.text);
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        if (!(await recover(error, held.attempt))) return false;
      }
      if (!urgent && !isSaved()) return pause();
    }
    if (state.get().at !== "clean") settle({ at: "clean", savedAt: held.savedAt });
    return true;
  }

  function pause(): boolean {
    settle({ at: "waiting" });
    plan(QUIET_MS);
    return false;
  }

  function send(attempt: Attempt): Promise<Dossier> {
    return held.id === undefined ? ports.create(attempt.vouchers, attempt.key) : ports.save(held.id, held.version, attempt.vouchers, attempt.key);
  }

  function accept(answer: Dossier, text: string): void {
    Object.assign(held, { id: answer.id, version: answer.version, savedText: text, attempt: undefined, doubtful: undefined, failures: 0, savedAt: ports.now() });
    dossier.set(answer);
    remember();
  }

  /** True when it is worth going on at once. */
  async function recover(problem: Problem, attempt: Attempt): Promise<boolean> {
    if (problem.status === 422) {
      held.attempt = undefined;
      remember();
      settle({ at: "refused", problem, mistakes: mistakesOf(problem.fields, draft.get().vouchers) });
      return false;
    }
    if (problem.code === "request.key_reused") {
      held.attempt = undefined;
      return true;
    }
    if (isConflict(problem) && held.id !== undefined) return meetServer(problem, held.id, attempt);
    const wait = AGAIN_MS[Math.min(held.failures, AGAIN_MS.length - 1)] ?? 30_000;
    held.failures += 1;
    attempt.broke = problem.status >= 500;
    settle(problem.isOffline ? { at: "offline" } : { at: "busy", problem });
    // Without a session every try fails alike; logging in again starts it.
    if (problem.status !== 401) plan(wait);
    return false;
  }

  /** Looks before asking: often the "other" version is our own save whose answer was lost. */
  async function meetServer(problem: Problem, id: string, attempt: Attempt): Promise<boolean> {
    let server: Dossier;
    try {
      server = await ports.read(id);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      settle({ at: "conflict", problem, server: undefined });
      return false;
    }
    const there = textOf(server);
    if (isEditable(server) && [attempt.text, held.savedText, held.doubtful].includes(there)) {
      accept(server, there);
      return true;
    }
    held.attempt = undefined;
    dossier.set(server);
    settle({ at: "conflict", problem, server });
    return false;
  }

  async function lookAgain(): Promise<boolean> {
    if (state.get().at === "conflict") state.set({ at: "waiting" });
    return flush();
  }

  async function keepMine(): Promise<boolean> {
    const now = state.get();
    if (now.at !== "conflict" || !now.server || !isEditable(now.server)) return false;
    Object.assign(held, { version: now.server.version, savedText: textOf(now.server), attempt: undefined });
    state.set({ at: "waiting" });
    return flush();
  }

  function takeTheirs(): void {
    const now = state.get();
    if (now.at === "conflict" && now.server) adopt(now.server);
  }

  function adopt(answer: Dossier): void {
    if (textOf(answer) !== textNow()) draft.set(draftOf(answer));
    accept(answer, textNow());
    settle({ at: "clean", savedAt: held.savedAt });
  }

  if (!isSaved()) {
    state.set({ at: "waiting" });
    plan(0);
  }
  return {
    draft, state, dossier, change, prefill, flush, lookAgain, keepMine, takeTheirs, adopt,
    onKeep(listener) {
      keep = listener;
      remember();
    },
    stop: () => callOff(),
  };
}

function isConflict(problem: Problem): boolean {
  return problem.status === 404 || (problem.status === 409 && problem.code !== "request.in_flight") || problem.code === "perm.view_only";
}

export function isEditable(dossier: Pick<Dossier, "actions">): boolean {
  return dossier.actions.some((one) => one.action === "edit" && one.allowed);
}

export function draftOf(dossier: Pick<Dossier, "vouchers">): Draft {
  return { vouchers: [...dossier.vouchers].sort((a, b) => a.position - b.position).map((voucher) => fromWire(voucher.content)) };
}

export function textOf(dossier: Pick<Dossier, "vouchers">): string {
  return sameOnTheWire(draftOf(dossier).vouchers);
}

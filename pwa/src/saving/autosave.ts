/**
 * Keeps what is being typed on the server, one request at a time, and never lets a failed save lose a letter.
 *
 * A request whose answer was lost is sent again with the same key and the same content, so it counts once; what was typed
 * meanwhile goes in the next one. A version somebody else has moved on is never overwritten without asking.
 * Does not: judge content, draw anything, or submit.
 */
import { Problem } from "../api/problem";
import { store, type Store } from "../store";

/** What the server keeps of a draft. */
export interface Stored {
  id: string;
  version: number;
}

/** What is particular to one kind of form. `S`: what the server keeps, `D`: what is typed, `C`: a change, `M`: a place to mend. */
export interface Form<S extends Stored, D, C, M> {
  reduce(draft: D, change: C): D;
  /** Two drafts of one text would be sent alike. */
  text(draft: D): string;
  draftOf(server: S): D;
  isEditable(server: S): boolean;
  mistakes(problem: Problem, draft: D): readonly M[];
  /** What the server gave to a draft that was sent, such as ids, written into the draft of now. Must not change its text. */
  learn(draft: D, sent: D, server: S): D;
}

/** The ports every form has alike. */
export interface Surroundings {
  freshKey(): string;
  now(): Date;
  /** Runs later; returns how to call it off. */
  later(run: () => void, ms: number): () => void;
}

export interface Ports<S extends Stored, D> extends Surroundings {
  create(draft: D, key: string): Promise<S>;
  save(id: string, version: number, draft: D, key: string): Promise<S>;
  read(id: string): Promise<S>;
}

export type SaveState<S, M> =
  /** All that was typed is on the server; `savedAt` is missing while nothing was ever saved from here. */
  | { at: "clean"; savedAt: Date | undefined }
  | { at: "waiting" }
  | { at: "saving" }
  | { at: "offline" }
  /** The server could not take it now; tried again by itself. */
  | { at: "busy"; problem: Problem }
  /** Refused because of the content: mend it. */
  | { at: "refused"; problem: Problem; mistakes: readonly M[] }
  /** Somebody else changed it; `server` is what stands there now, missing while it could not be read. */
  | { at: "conflict"; problem: Problem; server: S | undefined };

/** One request under way or to be repeated exactly. */
interface Attempt<D> {
  key: string;
  /** The server broke down over it: worth repeating as it is, not worth holding newer typing back. */
  broke?: boolean;
  draft: D;
  text: string;
}

/** What outlives a reload. */
export interface Kept<D> {
  id: string | undefined;
  version: number;
  savedText: string;
  draft: D;
  attempt: Attempt<D> | undefined;
}

export interface Autosave<S extends Stored, D, C, M> {
  readonly draft: Store<D>;
  readonly state: Store<SaveState<S, M>>;
  /** The last answer of the server; missing before the first. */
  readonly server: Store<S | undefined>;
  change(change: C): void;
  /** Fills in what the house knows by itself; not worth a request before the person has typed something. */
  prefill(change: C): void;
  /** Sends what is unsaved now; true when everything is on the server. `evenBlank` begins a draft nobody has typed in. */
  flush(how?: { evenBlank?: boolean }): Promise<boolean>;
  /** Tries again to read the other version. */
  lookAgain(): Promise<boolean>;
  /** The person's own typing goes over what stands on the server. */
  keepMine(): Promise<boolean>;
  /** What stands on the server replaces the typing. */
  takeTheirs(): void;
  /** Takes over an answer of the server about this draft, such as after sending it. */
  adopt(server: S): void;
  /** Called on every change of what must outlive a reload; undefined when nothing has to. */
  onKeep(listener: (kept: Kept<D> | undefined) => void): void;
  stop(): void;
}

export const QUIET_MS = 800;
const AGAIN_MS = [3_000, 6_000, 12_000, 30_000] as const;

export function startAutosave<S extends Stored, D, C, M>(
  form: Form<S, D, C, M>,
  ports: Ports<S, D>,
  from: { draft: D; server?: S | undefined; kept?: Kept<D> | undefined },
): Autosave<S, D, C, M> {
  const draft = store<D>(from.kept?.draft ?? from.draft);
  const state = store<SaveState<S, M>>({ at: "clean", savedAt: undefined });
  const server = store<S | undefined>(from.server);
  const held = {
    id: from.server?.id ?? from.kept?.id,
    version: from.kept?.version ?? from.server?.version ?? 0,
    savedText: from.kept?.savedText ?? form.text(draft.get()),
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
  let keep: (kept: Kept<D> | undefined) => void = () => undefined;

  const textNow = () => form.text(draft.get());
  const isSaved = () => held.attempt === undefined && textNow() === held.savedText;

  function remember(): void {
    keep(isSaved() ? undefined : { id: held.id, version: held.version, savedText: held.savedText, draft: draft.get(), attempt: held.attempt });
  }

  function plan(ms: number): void {
    callOff();
    callOff = ports.later(() => void go(), ms);
  }

  function change(next: C): void {
    draft.set(form.reduce(draft.get(), next));
    remember();
    const now = state.get().at;
    if (now === "saving" || now === "conflict" || now === "offline" || now === "busy") return;
    if (isSaved()) return void (now === "clean" || settle({ at: "clean", savedAt: held.savedAt }));
    settle({ at: "waiting" });
    plan(QUIET_MS);
  }

  function prefill(next: C): void {
    if (!isSaved() || held.id !== undefined) return change(next);
    draft.set(form.reduce(draft.get(), next));
    held.savedText = textNow();
  }

  function settle(next: SaveState<S, M>): void {
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
      held.attempt ??= { key: ports.freshKey(), draft: draft.get(), text: textNow() };
      remember();
      settle({ at: "saving" });
      try {
        accept(await send(held.attempt), held.attempt);
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

  function send(attempt: Attempt<D>): Promise<S> {
    return held.id === undefined ? ports.create(attempt.draft, attempt.key) : ports.save(held.id, held.version, attempt.draft, attempt.key);
  }

  function accept(answer: S, { draft: sent, text }: Pick<Attempt<D>, "draft" | "text">): void {
    draft.set(form.learn(draft.get(), sent, answer));
    Object.assign(held, { id: answer.id, version: answer.version, savedText: text, attempt: undefined, doubtful: undefined, failures: 0, savedAt: ports.now() });
    server.set(answer);
    remember();
  }

  /** True when it is worth going on at once. */
  async function recover(problem: Problem, attempt: Attempt<D>): Promise<boolean> {
    if (problem.status === 422) {
      held.attempt = undefined;
      remember();
      settle({ at: "refused", problem, mistakes: form.mistakes(problem, draft.get()) });
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
  async function meetServer(problem: Problem, id: string, attempt: Attempt<D>): Promise<boolean> {
    let found: S;
    try {
      found = await ports.read(id);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      settle({ at: "conflict", problem, server: undefined });
      return false;
    }
    const there = textOf(found);
    if (form.isEditable(found) && [attempt.text, held.savedText, held.doubtful].includes(there)) {
      accept(found, { draft: attempt.draft, text: there });
      return true;
    }
    held.attempt = undefined;
    server.set(found);
    settle({ at: "conflict", problem, server: found });
    return false;
  }

  function textOf(found: S): string {
    return form.text(form.draftOf(found));
  }

  async function lookAgain(): Promise<boolean> {
    if (state.get().at === "conflict") state.set({ at: "waiting" });
    return flush();
  }

  async function keepMine(): Promise<boolean> {
    const now = state.get();
    if (now.at !== "conflict" || !now.server || !form.isEditable(now.server)) return false;
    Object.assign(held, { version: now.server.version, savedText: textOf(now.server), attempt: undefined });
    state.set({ at: "waiting" });
    return flush();
  }

  function takeTheirs(): void {
    const now = state.get();
    if (now.at === "conflict" && now.server) adopt(now.server);
  }

  function adopt(answer: S): void {
    if (textOf(answer) !== textNow()) draft.set(form.draftOf(answer));
    accept(answer, { draft: draft.get(), text: textNow() });
    settle({ at: "clean", savedAt: held.savedAt });
  }

  if (!isSaved()) {
    state.set({ at: "waiting" });
    plan(0);
  }
  return {
    draft, state, server, change, prefill, flush, lookAgain, keepMine, takeTheirs, adopt,
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

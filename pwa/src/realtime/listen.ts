/** Who listens to which event. Tiny, because the first screen needs it; what brings the events comes after the first paint. */
import { store } from "../store";
import type { Knock } from "./feed";

type Listener = (knock: Knock) => void;
const listeners = new Map<string, Set<Listener>>();

/** The grey dot: `away` means that news comes by polling. */
export const connection = store<"starting" | "live" | "away">("starting");

/** Listens to events of one type, or of all with `"*"`. Returns how to stop. */
export function subscribe(type: string, listener: Listener): () => void {
  const heard = listeners.get(type) ?? new Set();
  listeners.set(type, heard.add(listener));
  return () => heard.delete(listener);
}

export function deliver(knock: Knock): void {
  for (const type of [knock.type, "*"]) for (const listener of [...(listeners.get(type) ?? [])]) listener(knock);
}

/** For the rare case that events were dropped: every listener reads its own things again. */
export function tellAll(): void {
  for (const [type, heard] of listeners) for (const listener of [...heard]) listener({ type, id: "*", seq: 0 });
}

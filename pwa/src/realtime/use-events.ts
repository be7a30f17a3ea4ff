/** Hooks over the feed for screens. */
import { useEffect, useRef } from "preact/hooks";
import { useStore } from "../store";
import type { Knock } from "./feed";
import { connection, subscribe } from "./listen";

/** Calls `listener` for each event of this type while the screen is open. */
export function useEvents(type: string, listener: (knock: Knock) => void): void {
  const latest = useRef(listener);
  latest.current = listener;
  useEffect(() => subscribe(type, (knock) => latest.current(knock)), [type]);
}

export function useConnection(): "starting" | "live" | "away" {
  return useStore(connection);
}

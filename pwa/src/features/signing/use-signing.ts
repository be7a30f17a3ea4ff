/**
 * Keeps one signing request in view: read at start, at every knock, every few seconds while the socket is away, and when
 * somebody looks again. Events carry nothing that is believed; only `GET /api/signings/{id}` is.
 */
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { read } from "../../api/client";
import { reach } from "../../api/online";
import { useOnline } from "../../api/use-online";
import { asProblem, type Problem } from "../../api/problem";
import { useConnection, useEvents } from "../../realtime/use-events";
import { isOpen, type Signing } from "./ending";

export const POLL_AWAY_MS = 2_500;
/** With a live socket too: a lost event must not leave anybody waiting. */
export const POLL_LIVE_MS = 15_000;

export type Watch =
  | { at: "loading" }
  | { at: "failed"; problem: Problem }
  /** `clockOffset`: the server's clock minus this device's; `lost` when the last read failed. */
  | { at: "here"; signing: Signing; clockOffset: number; lost: boolean };

export interface Watched {
  watch: Watch;
  reload: () => Promise<void>;
  /** Takes what the server answered to an action on this request. */
  take: (signing: Signing) => void;
}

export function useSigning(id: string): Watched {
  const [watch, setWatch] = useState<Watch>({ at: "loading" });
  const turns = useRef({ asked: 0, shown: 0 });
  const show = useCallback((asked: number, next: (before: Watch) => Watch) => {
    // An answer to an earlier question than the one shown may be older.
    if (asked <= turns.current.shown) return;
    turns.current.shown = asked;
    setWatch(next);
  }, []);
  const reload = useCallback(async () => {
    const asked = ++turns.current.asked;
    const read = await readSigning(id);
    show(asked, (before) => merged(before, read));
  }, [id, show]);
  const take = useCallback((signing: Signing) => show(++turns.current.asked, () => here(signing, Date.now())), [show]);

  useEffect(() => {
    void reload();
    return () => void (turns.current.shown = Infinity);
  }, [reload]);
  useEvents("*", (knock) => {
    const mine = knock.id === id || (watch.at === "here" && knock.id === watch.signing.dossier_id);
    if (mine) void reload();
  });
  useLookingAgain(reload);
  usePolling(watch, reload);
  return { watch, reload, take };
}

async function readSigning(id: string): Promise<Watch> {
  const sent = Date.now();
  try {
    const signing = await read("/api/signings/{signing_id}", { path: { signing_id: id } });
    // Half the way there and back is the best guess of when the server looked at its clock.
    return here(signing, (sent + Date.now()) / 2);
  } catch (error) {
    return { at: "failed", problem: asProblem(error) };
  }
}

function here(signing: Signing, at: number): Watch {
  return { at: "here", signing, clockOffset: Date.parse(signing.server_time) - at, lost: false };
}

/** What is known stays in view while the server is away; a server that says no is believed. */
export function merged(before: Watch, read: Watch): Watch {
  if (read.at !== "failed" || before.at !== "here") return read;
  const { status } = read.problem;
  return status === 0 || status >= 500 ? { ...before, lost: true } : read;
}

function useLookingAgain(reload: () => Promise<void>): void {
  useEffect(() => {
    const look = () => void (document.visibilityState === "visible" && reload());
    document.addEventListener("visibilitychange", look);
    const stop = reach.watch((now) => now.at === "returned" && void reload());
    return () => {
      document.removeEventListener("visibilitychange", look);
      stop();
    };
  }, [reload]);
}

function usePolling(watch: Watch, reload: () => Promise<void>): void {
  const connection = useConnection();
  const open = watch.at !== "here" ? watch.at === "loading" : isOpen(watch.signing);
  const online = useOnline();
  const every = connection === "live" && online && !(watch.at === "here" && watch.lost) ? POLL_LIVE_MS : POLL_AWAY_MS;
  useEffect(() => {
    if (!open) return undefined;
    const timer = setInterval(() => void (document.visibilityState === "visible" && reload()), every);
    return () => clearInterval(timer);
  }, [open, every, reload]);
}

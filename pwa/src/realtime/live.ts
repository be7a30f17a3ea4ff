/**
 * Joins the feed to this page: the socket (fetched after the first paint), `GET /api/events`, and the tab's memory.
 */
import { read } from "../api/client";
import { noteFailure } from "../api/online";
import { Feed } from "./feed";
import { connection, deliver, tellAll } from "./listen";

const MEMORY = "events:last";

const feed = new Feed({
  read: (after) => read("/api/events", { query: after === undefined ? {} : { after } }),
  recall: () => {
    const kept = sessionStorage.getItem(MEMORY);
    return kept === null ? undefined : Number(kept);
  },
  keep: (seq) => sessionStorage.setItem(MEMORY, String(seq)),
  deliver,
  lost: tellAll,
  isVisible: () => document.visibilityState === "visible",
  every(milliseconds, task) {
    const timer = setInterval(task, milliseconds);
    return () => clearInterval(timer);
  },
});

/** Opens the socket for the person who has just logged in; returns how to close it. */
export function goLive(seq: number): () => void {
  feed.startAt(seq);
  let close: () => void = () => undefined;
  let stopped = false;
  const open = async () => {
    const socket = await import("./socket").catch(() => undefined);
    if (!socket) return away();
    if (!stopped) close = socket.open({ up, away, knock: (knock) => void feed.receive(knock) });
  };
  const onLook = () => document.visibilityState === "visible" && void feed.catchUp();
  void open();
  document.addEventListener("visibilitychange", onLook);
  return () => {
    stopped = true;
    close();
    document.removeEventListener("visibilitychange", onLook);
    sessionStorage.removeItem(MEMORY);
    feed.rest();
    connection.set("starting");
  };
}

function up(): void {
  connection.set("live");
  void feed.connected();
}

function away(): void {
  connection.set("away");
  feed.disconnected();
  if (!navigator.onLine) noteFailure();
}

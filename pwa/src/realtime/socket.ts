/** The socket itself; its library is a chunk of its own that no first paint waits for. */
import { io } from "socket.io-client";
import type { Knock } from "./feed";

export interface Ears {
  up(): void;
  away(): void;
  knock(knock: Knock): void;
}

/** A server that has no room for another socket is asked again so much later; until then the feed polls. */
const ROOM_AGAIN_MS = 30_000;

/** Opens the connection with the session cookie. Only websockets: without them the feed polls by itself. */
export function open(ears: Ears): () => void {
  const socket = io({ transports: ["websocket"], reconnectionDelay: 500, reconnectionDelayMax: 2_000, timeout: 5_000 });
  socket.on("connect", ears.up);
  socket.on("disconnect", ears.away);
  let again: ReturnType<typeof setTimeout> | undefined;
  socket.on("connect_error", () => {
    ears.away();
    // A refusal by the server ends the library's own attempts.
    if (!socket.active) again = setTimeout(() => socket.connect(), ROOM_AGAIN_MS);
  });
  socket.on("event", ears.knock);
  return () => {
    clearTimeout(again);
    socket.close();
  };
}

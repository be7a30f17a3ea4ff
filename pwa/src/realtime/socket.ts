/** The socket itself; its library is a chunk of its own that no first paint waits for. */
import { io } from "socket.io-client";
import type { Knock } from "./feed";

export interface Ears {
  up(): void;
  away(): void;
  knock(knock: Knock): void;
}

/** Opens the connection with the session cookie. Only websockets: without them the feed polls by itself. */
export function open(ears: Ears): () => void {
  const socket = io({ transports: ["websocket"], reconnectionDelay: 500, reconnectionDelayMax: 2_000, timeout: 5_000 });
  socket.on("connect", ears.up);
  socket.on("disconnect", ears.away);
  socket.on("connect_error", ears.away);
  socket.on("event", ears.knock);
  return () => void socket.close();
}

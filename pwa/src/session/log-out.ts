/** Leaving: this device forgets which calls it used to start with, the server forgets the session. */
import { command } from "../api/command";
import { session } from "./session";

export async function logOut(): Promise<void> {
  // First, for the closed socket may bring the log-in screen before the server's answer is here.
  for (const name of Object.keys(localStorage)) if (name.startsWith("first:")) localStorage.removeItem(name);
  await command("delete", "/api/session");
  // Leaving on purpose is no session that ended: nothing has to be explained.
  session.set({ at: "out", ended: false });
}

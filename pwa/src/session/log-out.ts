/** Leaving: the server forgets the session, this device forgets which calls it used to start with. */
import { command } from "../api/command";
import { session } from "./session";

export async function logOut(): Promise<void> {
  await command("delete", "/api/session");
  for (const name of Object.keys(localStorage)) if (name.startsWith("first:")) localStorage.removeItem(name);
  // Leaving on purpose is no session that ended: nothing has to be explained.
  session.set({ at: "out", ended: false });
}

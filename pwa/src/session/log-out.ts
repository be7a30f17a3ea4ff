/** Leaving: the server forgets the session, this device forgets which calls it used to start with. */
import { call } from "../api/client";
import { refreshSession } from "./session";

export async function logOut(): Promise<void> {
  await call("delete", "/api/session");
  for (const name of Object.keys(localStorage)) if (name.startsWith("first:")) localStorage.removeItem(name);
  await refreshSession();
}

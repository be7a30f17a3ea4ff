/** Adds a passkey on this device. False when the device or the person said no. */
import { read } from "../../api/client";
import { command } from "../../api/command";
import { enrolmentFor } from "../../session/passkey";

export async function enrol(): Promise<boolean> {
  const body = await enrolmentFor(await read("/api/passkeys/offer"));
  if (!body) return false;
  await command("post", "/api/passkeys", { body });
  return true;
}

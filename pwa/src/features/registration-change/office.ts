/** A change is declared by a logged-in member of the unit, behind the session's door, on the screens of a registration. */
import { actionKey } from "../../api/action-key";
import { command } from "../../api/command";
import { CHANGE_BASE, type Office } from "../registration/api";
import type { Registration } from "../registration/parts";

export const OFFICE: Office = { base: CHANGE_BASE, home: "/thay-doi", exit: "/tai-khoan" };

/** Five megabytes from a phone on a slow network. */
const UPLOAD_PATIENCE_MS = 120_000;

/** The unit's open change, begun now where there is none: asking twice begins nothing twice. */
export function beginChange(): Promise<Registration> {
  return command("post", "/api/registration-changes", { body: {}, key: actionKey() });
}

export function terminate(expected_version: number, terminate: boolean): Promise<Registration> {
  return command("post", "/api/registration-changes/current/terminate", { body: { expected_version, terminate }, key: actionKey() });
}

/** The decision that appoints a new account holder, base64. */
export function attachAppointment(expected_version: number, file_base64: string): Promise<Registration> {
  return command("post", "/api/registration-changes/current/appointment", { body: { expected_version, file_base64 }, key: actionKey(), signal: AbortSignal.timeout(UPLOAD_PATIENCE_MS) });
}

export function removeAppointment(expected_version: number): Promise<Registration> {
  return command("post", "/api/registration-changes/current/appointment/remove", { body: { expected_version }, key: actionKey() });
}

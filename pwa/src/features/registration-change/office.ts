/** A change is declared by a logged-in member of the unit, behind the session's door, on the screens of a registration. */
import { actionKey } from "../../api/action-key";
import { command } from "../../api/command";
import { CHANGE_BASE, type Office } from "../registration/api";
import type { Registration } from "../registration/parts";

export const OFFICE: Office = { base: CHANGE_BASE, home: "/thay-doi", exit: "/tai-khoan" };

/** The unit's open change, begun now where there is none: asking twice begins nothing twice. */
export function beginChange(): Promise<Registration> {
  return command("post", "/api/registration-changes", { body: {}, key: actionKey() });
}

export function terminate(expected_version: number, terminate: boolean): Promise<Registration> {
  return command("post", "/api/registration-changes/current/terminate", { body: { expected_version, terminate }, key: actionKey() });
}

/** The calls of the Treasury's desk: each decision takes the version that was looked at and answers the registration after it. */
import { command } from "../../api/command";
import { read } from "../../api/client";
import type { DeskRegistration, RegistrationPage } from "./types";

const get = read as unknown as (path: string, options: object) => Promise<unknown>;
const post = command as unknown as (method: "post", path: string, options: object) => Promise<unknown>;

export type Tab = "new" | "change";

export function readPage(tab: Tab, cursor: string | undefined): Promise<RegistrationPage> {
  return get("/api/treasury/registrations", { query: { tab, ...(cursor !== undefined && { cursor }) } }) as Promise<RegistrationPage>;
}

export function readOne(id: string): Promise<DeskRegistration> {
  return get("/api/treasury/registrations/{registration_id}", { path: { registration_id: id } }) as Promise<DeskRegistration>;
}

export type Decision =
  | { do: "open" | "propose" | "approve" }
  | { do: "return" | "send_back" | "reject"; reason: string }
  | { do: "check_list"; ticked: readonly string[] };

const TAIL: Record<Decision["do"], string> = { open: "open", propose: "propose", approve: "approve", return: "return", send_back: "send-back", reject: "reject", check_list: "check-list" };

export function decide(id: string, version: number, decision: Decision, key: string): Promise<DeskRegistration> {
  const { do: what, ...words } = decision;
  return post("post", `/api/treasury/registrations/{registration_id}/${TAIL[what]}`, { path: { registration_id: id }, body: { expected_version: version, ...words }, key }) as Promise<DeskRegistration>;
}

export function documentUrl(id: string, document: string): string {
  return `/api/treasury/registrations/${encodeURIComponent(id)}/documents/${encodeURIComponent(document)}`;
}

/** The calls of the Treasury's desk: each decision takes the version that was looked at and answers the registration after it. */
import { command } from "../../api/command";
import { read } from "../../api/client";
import type { Colleague, DeskRegistration, RegistrationCounts, RegistrationPage, RegistrationRow, Taken } from "./types";

const ONE = "/api/treasury/registrations/{registration_id}";

export type Tab = "new" | "change";

export function readPage(tab: Tab, cursor: string | undefined): Promise<RegistrationPage> {
  return read("/api/treasury/registrations", { query: { tab, ...(cursor !== undefined && { cursor }) } });
}

export function readCounts(): Promise<RegistrationCounts> {
  return read("/api/treasury/registrations/counts");
}

export function readOne(id: string): Promise<DeskRegistration> {
  return read(ONE, { path: { registration_id: id } });
}

/** To whom a registration can be handed over. */
export async function readColleagues(): Promise<Colleague[]> {
  return (await read("/api/treasury/registrations/officers")).items;
}

/** Takes several in hand, each by itself: the answer says of each what became of it. */
export async function takeSeveral(rows: readonly RegistrationRow[], key: string): Promise<Taken[]> {
  const items = rows.map(({ id, version }) => ({ id, expected_version: version }));
  return (await command("post", "/api/treasury/registrations/open", { body: { items }, key })).items;
}

export type Decision =
  | { do: "open" | "propose" | "approve" }
  | { do: "return" | "send_back" | "reject"; reason: string }
  | { do: "hand_over"; officer_id: string }
  | { do: "check_list"; ticked: string[] };

/** Countersigning takes its time, and an answer that is waited for is better than one that has to be asked for again. */
const APPROVAL_PATIENCE_MS = 60_000;

export function decide(id: string, expected_version: number, decision: Decision, key: string): Promise<DeskRegistration> {
  const path = { registration_id: id };
  switch (decision.do) {
    case "approve":
      return command("post", `${ONE}/approve`, { path, body: { expected_version }, key, signal: AbortSignal.timeout(APPROVAL_PATIENCE_MS) });
    case "open":
    case "propose":
      return command("post", `${ONE}/${decision.do}`, { path, body: { expected_version }, key });
    case "return":
    case "reject":
      return command("post", `${ONE}/${decision.do}`, { path, body: { expected_version, reason: decision.reason }, key });
    case "send_back":
      return command("post", `${ONE}/send-back`, { path, body: { expected_version, reason: decision.reason }, key });
    case "hand_over":
      return command("post", `${ONE}/hand-over`, { path, body: { expected_version, officer_id: decision.officer_id }, key });
    case "check_list":
      return command("post", `${ONE}/check-list`, { path, body: { expected_version, ticked: decision.ticked }, key });
    default:
      return decision satisfies never;
  }
}

export function documentUrl(id: string, document: string): string {
  return `/api/treasury/registrations/${encodeURIComponent(id)}/documents/${encodeURIComponent(document)}`;
}

/** The appointment decision attached to a change. */
export function appointmentUrl(id: string): string {
  return `/api/treasury/registrations/${encodeURIComponent(id)}/appointment.pdf`;
}

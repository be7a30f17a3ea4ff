/** Short names for the shapes on the wire of the Treasury's desk. Provisional until the schema has them. */
import type { components } from "../../api/schema";
import type { DifferenceRow } from "../../registration/difference-rows";

export type Registration = components["schemas"]["Registration"];
export type Content = components["schemas"]["ContentOut"];
export type Declaration = Registration["documents"][number];
export type Verdict = "valid" | "altered" | "wrong_signer" | "missing_signature" | "indeterminate";
export interface RegistrationRow {
  id: string;
  code: string;
  kind: "new" | "change";
  stage: Registration["stage"];
  stage_label: string;
  unit_name: string;
  budget_relation_code: string;
  submitted_at: string | null;
  due_at: string | null;
  late: boolean;
  verdict: Verdict;
  officer_name: string | null;
}
export interface RegistrationPage {
  items: RegistrationRow[];
  next_cursor: string | null;
  new_count: number;
  change_count: number;
}
export interface CheckItem {
  name: string;
  label: string;
  ticked: boolean;
}
export interface FileSignature {
  filename: string;
  verdict: Verdict;
  verdict_label: string;
  signer: string;
  title_label: string;
  right_person: boolean;
  right_role: boolean;
  valid_at_signing: boolean;
  signed_at: string | null;
}
export interface DeskRegistration {
  registration: Registration;
  check_list: CheckItem[];
  signatures: FileSignature[];
  officer_name: string | null;
  approver_name: string | null;
  held_since: string | null;
  actions: string[];
  difference: DifferenceRow[];
}

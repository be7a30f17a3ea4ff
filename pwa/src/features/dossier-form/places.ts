/**
 * From the server's paths (`vouchers.0.lines.1.amount`) to the field a person sees, and where it stands.
 *
 * Fields are named by the keys of their voucher and line, so a sentence stays with its field when lines are moved.
 */
import type { FieldProblem } from "../../api/problem";
import { filledLines, isCash, payeeKindOf, type VoucherForm } from "./voucher";

export const GROUPS = ["header", "lines", "payee"] as const;
export type Group = (typeof GROUPS)[number];

export interface Place {
  /** Id of the element to focus. */
  id: string;
  /** Which voucher, from 0. */
  voucher: number;
  group: Group;
  /** Which line, from 0, when it is one. */
  line?: number;
  /** Last word of the path; names the label. */
  field: string;
}

export interface Mistake extends Place {
  sentence: string;
}

/** Sentences by field id. */
export type Sentences = Readonly<Record<string, string>>;

export function fieldId(voucher: string, field: string, line?: string): string {
  return line === undefined ? `v${voucher}-${field}` : `v${voucher}-l${line}-${field}`;
}

const HEADER_FIELDS = new Set(["unit_voucher_number", "voucher_date", "payment_method", "debit_account", "program_code", "form_code"]);

export function placeOf(path: string, vouchers: readonly VoucherForm[]): Place {
  const [root, position = "0", ...rest] = path.split(".");
  const index = root === "vouchers" && /^\d+$/.test(position) ? Math.min(Number(position), vouchers.length - 1) : 0;
  const voucher = vouchers[Math.max(0, index)];
  if (!voucher || root !== "vouchers") return { id: "form-top", voucher: 0, group: "header", field: "general" };
  return inVoucher(voucher, index, rest);
}

function inVoucher(voucher: VoucherForm, index: number, rest: readonly string[]): Place {
  const [first = "", second, third] = rest;
  if (first === "payee") return inPayee(voucher, index, second ?? "payee_kind");
  if (HEADER_FIELDS.has(first)) return { id: fieldId(voucher.key, first === "form_code" ? "unit_voucher_number" : first), voucher: index, group: "header", field: first };
  // The server counts the lines it was sent; the person counts those on the screen.
  const line = first === "lines" && second !== undefined ? filledLines(voucher)[Number(second)] : undefined;
  if (line) return { id: fieldId(voucher.key, third ?? "content", line.key), voucher: index, group: "lines", line: voucher.lines.indexOf(line), field: third ?? "content" };
  if (first === "lines" || first.includes("amount")) return { id: fieldId(voucher.key, "total"), voucher: index, group: "lines", field: first === "lines" ? "lines" : "total_amount" };
  return { id: fieldId(voucher.key, "unit_voucher_number"), voucher: index, group: "header", field: "general" };
}

/** One number on the wire, two fields on the screen: what was typed for the other kind is kept there. */
function inPayee(voucher: VoucherForm, index: number, field: string): Place {
  const kind = payeeKindOf(voucher);
  if (field === "payee_kind" && isCash(voucher.payment_method)) {
    return { id: fieldId(voucher.key, "payment_method"), voucher: index, group: "header", field: "payment_method" };
  }
  const account = kind === "treasury_account" ? "treasury_account" : "bank_account";
  return { id: fieldId(voucher.key, field === "payee_account" ? account : field), voucher: index, group: "payee", field };
}

export function mistakesOf(problems: readonly FieldProblem[], vouchers: readonly VoucherForm[]): Mistake[] {
  return problems.map((problem) => ({ ...placeOf(problem.path, vouchers), sentence: problem.sentence }));
}

/** One sentence a field: the first said. */
export function sentencesOf(mistakes: readonly Mistake[]): Sentences {
  const said: Record<string, string> = {};
  for (const mistake of mistakes) said[mistake.id] ??= mistake.sentence;
  return said;
}

/** Steps of the phone form, three to a voucher. */
export function stepOf(place: Pick<Place, "voucher" | "group">): number {
  return place.voucher * GROUPS.length + GROUPS.indexOf(place.group);
}

export function atStep(step: number, vouchers: readonly VoucherForm[]): { voucher: number; group: Group } {
  const last = vouchers.length * GROUPS.length - 1;
  const held = Math.min(Math.max(0, step), last);
  return { voucher: Math.floor(held / GROUPS.length), group: GROUPS[held % GROUPS.length] ?? "header" };
}

/** What a group of the form still lacks, judged only by what is empty; whether it is right the server says. */
import { fieldId, type Group, type Sentences } from "./places";
import { filledLines, payeeKindOf, type VoucherForm } from "./voucher";

export type GroupState = "filled" | "missing" | "wrong";

export function groupState(voucher: VoucherForm, group: Group, said: Sentences): GroupState {
  if (idsOf(voucher, group).some((id) => id in said)) return "wrong";
  return isFilled(voucher, group) ? "filled" : "missing";
}

function isFilled(voucher: VoucherForm, group: Group): boolean {
  const all = (...values: readonly string[]) => values.every((value) => value.trim() !== "");
  switch (group) {
    case "header":
      return all(voucher.unit_voucher_number, voucher.voucher_date, voucher.debit_account) && voucher.payment_method !== undefined;
    case "lines":
      return filledLines(voucher).length > 0 && filledLines(voucher).every((line) => all(line.content) && Number(line.amount) > 0);
    case "payee":
      return isPayeeFilled(voucher, all);
    default:
      return group satisfies never;
  }
}

function isPayeeFilled(voucher: VoucherForm, all: (...values: readonly string[]) => boolean): boolean {
  const payee = voucher.payee;
  const kind = payeeKindOf(voucher);
  switch (kind) {
    case "bank_account":
      return all(payee.payee_name, payee.bank_account, payee.payee_bank_code);
    case "treasury_account":
      return all(payee.payee_name, payee.treasury_account, payee.payee_treasury_code);
    case "cash_person":
      return all(payee.receiver_name, payee.receiver_id_number, payee.receiver_id_date, payee.receiver_id_place);
    default:
      return kind satisfies never;
  }
}

const HEADER = ["unit_voucher_number", "voucher_date", "payment_method", "debit_account", "program_code"];

function idsOf(voucher: VoucherForm, group: Group): string[] {
  if (group === "header") return HEADER.map((field) => fieldId(voucher.key, field));
  if (group === "payee") return [...Object.keys(voucher.payee), "payee_kind"].map((field) => fieldId(voucher.key, field));
  const lines = voucher.lines.flatMap((line) => Object.keys(line).map((field) => fieldId(voucher.key, field, line.key)));
  return [...lines, fieldId(voucher.key, "total")];
}

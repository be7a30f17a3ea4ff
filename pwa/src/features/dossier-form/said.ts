/** Which sentences a change answers: they leave as soon as the person touches the field. */
import type { Change } from "./draft";
import { fieldId, type Sentences } from "./places";

export function withoutAnswered(said: Sentences, change: Change): Sentences {
  const ids = answeredBy(change);
  if (!ids.some((id) => id in said)) return said;
  return Object.fromEntries(Object.entries(said).filter(([id]) => !ids.includes(id)));
}

function answeredBy(change: Change): string[] {
  switch (change.do) {
    case "type":
    case "type-payee":
      return [fieldId(change.voucher, change.field)];
    case "choose-method":
      return [fieldId(change.voucher, "payment_method"), fieldId(change.voucher, "payee_kind")];
    case "choose-account":
      return [fieldId(change.voucher, "debit_account")];
    case "type-line":
      return [fieldId(change.voucher, change.field, change.line), fieldId(change.voucher, "total")];
    case "add-line":
    case "remove-line":
      return [fieldId(change.voucher, "total")];
    case "choose-kind":
      return [fieldId(change.voucher, "payee_kind")];
    case "pick-payee":
      return [...Object.keys(change.payee), "bank_account", "treasury_account"].map((field) => fieldId(change.voucher, field));
    default:
      return [];
  }
}

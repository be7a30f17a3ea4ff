/** Everything a person can do to the vouchers of a draft, as one reducer; nothing here talks to anybody. */
import {
  blankLine, blankVoucher, filledFrom, isBlank,
  type KnownPayee, type LineForm, type PayeeForm, type PaymentMethod, type VoucherForm,
} from "./voucher";

export interface Draft {
  readonly vouchers: readonly VoucherForm[];
  /** The last thing taken out, until something else is; it can be put back. */
  readonly removed?: Removed | undefined;
}

export type Removed =
  | { what: "line"; voucher: string; at: number; line: LineForm; standIn: string | undefined }
  | { what: "voucher"; at: number; voucher: VoucherForm };

export type HeaderText = "unit_voucher_number" | "voucher_date" | "program_code";
export type LineText = Exclude<keyof LineForm, "key">;
export type PayeeText = Exclude<keyof PayeeForm, "account_kind">;

export type Change =
  | { do: "type"; voucher: string; field: HeaderText; value: string }
  | { do: "choose-method"; voucher: string; method: PaymentMethod }
  | { do: "choose-account"; voucher: string; account: string; program: string | null }
  | { do: "type-line"; voucher: string; line: string; field: LineText; value: string }
  | { do: "add-line"; voucher: string; key: string }
  | { do: "move-line"; voucher: string; line: string; by: -1 | 1 }
  | { do: "remove-line"; voucher: string; line: string }
  | { do: "type-payee"; voucher: string; field: PayeeText; value: string }
  | { do: "choose-kind"; voucher: string; kind: PayeeForm["account_kind"] }
  | { do: "pick-payee"; voucher: string; payee: KnownPayee }
  | { do: "add-voucher"; key: string; today: string }
  | { do: "remove-voucher"; voucher: string }
  | { do: "put-back" };

/** A dossier of more vouchers than this is refused. */
export const MOST_VOUCHERS = 20;
export const MOST_LINES = 100;

export function reduce(draft: Draft, change: Change): Draft {
  switch (change.do) {
    case "add-voucher":
      return addVoucher(draft, change.key, change.today);
    case "remove-voucher":
      return removeVoucher(draft, change.voucher);
    case "remove-line":
      return removeLine(draft, change.voucher, change.line);
    case "put-back":
      return putBack(draft);
    default:
      return { ...draft, vouchers: draft.vouchers.map((voucher) => (voucher.key === change.voucher ? inVoucher(voucher, change) : voucher)) };
  }
}

type Inside = Extract<Change, { voucher: string }>;

function inVoucher(voucher: VoucherForm, change: Inside): VoucherForm {
  switch (change.do) {
    case "type":
      return { ...voucher, [change.field]: change.value };
    case "choose-method":
      return { ...voucher, payment_method: change.method };
    case "choose-account":
      // The programme belongs to the account, but never over something the person wrote.
      return { ...voucher, debit_account: change.account, program_code: voucher.program_code || (change.program ?? "") };
    case "type-line":
      return { ...voucher, lines: voucher.lines.map((line) => (line.key === change.line ? { ...line, [change.field]: change.value } : line)) };
    case "add-line":
      return voucher.lines.length >= MOST_LINES ? voucher : { ...voucher, lines: [...voucher.lines, blankLine(change.key)] };
    case "move-line":
      return { ...voucher, lines: moved(voucher.lines, change.line, change.by) };
    case "type-payee":
      return { ...voucher, payee: { ...voucher.payee, [change.field]: change.value } };
    case "choose-kind":
      return { ...voucher, payee: { ...voucher.payee, account_kind: change.kind } };
    case "pick-payee":
      return picked(voucher, change.payee);
    default:
      return voucher;
  }
}

/** A payee paid in cash brings the cash box along, and one with an account takes it away. */
function picked(voucher: VoucherForm, payee: KnownPayee): VoucherForm {
  const cash = payee.payee_kind === "cash_person";
  const now = voucher.payment_method;
  const method = cash ? (now === undefined || now === "transfer" ? "cash_at_treasury" : now) : "transfer";
  return { ...voucher, payment_method: method, payee: filledFrom(voucher.payee, payee) };
}

function moved(lines: readonly LineForm[], key: string, by: -1 | 1): readonly LineForm[] {
  const from = lines.findIndex((line) => line.key === key);
  const to = from + by;
  const line = lines[from];
  if (!line || to < 0 || to >= lines.length) return lines;
  const rest = lines.filter((other) => other !== line);
  return [...rest.slice(0, to), line, ...rest.slice(to)];
}

function addVoucher(draft: Draft, key: string, today: string): Draft {
  if (draft.vouchers.length >= MOST_VOUCHERS) return draft;
  const before = draft.vouchers.at(-1);
  const made = blankVoucher(before?.voucher_date || today, key);
  const next = before ? { ...made, debit_account: before.debit_account, program_code: before.program_code, payment_method: before.payment_method } : made;
  return { ...draft, vouchers: [...draft.vouchers, next] };
}

function removeVoucher(draft: Draft, key: string): Draft {
  const at = draft.vouchers.findIndex((voucher) => voucher.key === key);
  const voucher = draft.vouchers[at];
  if (!voucher || draft.vouchers.length === 1) return draft;
  return { vouchers: draft.vouchers.filter((other) => other !== voucher), removed: { what: "voucher", at, voucher } };
}

/** The last line is emptied rather than taken away: a form without a row has nowhere to type. */
function removeLine(draft: Draft, voucherKey: string, lineKey: string): Draft {
  const voucher = draft.vouchers.find((one) => one.key === voucherKey);
  const at = voucher?.lines.findIndex((line) => line.key === lineKey) ?? -1;
  const line = voucher?.lines[at];
  if (!voucher || !line) return draft;
  const left = voucher.lines.filter((other) => other !== line);
  const standIn = left.length > 0 ? undefined : blankLine();
  const lines = standIn ? [standIn] : left;
  const vouchers = draft.vouchers.map((one) => (one === voucher ? { ...voucher, lines } : one));
  return { vouchers, removed: isBlank(line) ? undefined : { what: "line", voucher: voucherKey, at, line, standIn: standIn?.key } };
}

function putBack(draft: Draft): Draft {
  const removed = draft.removed;
  if (!removed) return draft;
  if (removed.what === "voucher") return { vouchers: inserted(draft.vouchers, removed.at, removed.voucher) };
  return {
    vouchers: draft.vouchers.map((voucher) => {
      if (voucher.key !== removed.voucher) return voucher;
      const others = voucher.lines.filter((line) => line.key !== removed.standIn || !isBlank(line));
      return { ...voucher, lines: inserted(others, removed.at, removed.line) };
    }),
  };
}

function inserted<T>(list: readonly T[], at: number, item: T): readonly T[] {
  return [...list.slice(0, at), item, ...list.slice(at)];
}

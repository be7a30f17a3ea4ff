/**
 * One payment voucher (C4-02a/KB, Ủy nhiệm chi) as it is being typed, and its one way to and from the wire.
 *
 * What a person typed for another way of paying stays here, so that changing the mind loses nothing; only what the ticked
 * boxes use is sent. Does not: judge the content, that is the server's.
 */
import type { components } from "../../api/schema";
import { amountInWords } from "../../words/amount-in-words";

export type WireVoucher = components["schemas"]["PaymentOrder"];
type WireLine = components["schemas"]["PaymentOrderLine"];
type WirePayee = components["schemas"]["PaymentOrderPayee"];
export type KnownPayee = components["schemas"]["PayeeOut"];
export type PaymentMethod = NonNullable<WireVoucher["payment_method"]>;
export type PayeeKind = NonNullable<WirePayee["payee_kind"]>;

export const FORM_CODE: WireVoucher["form_code"] = "c4_02a_kb";

export const LINE_CODES = ["economic_item_code", "chapter_code", "sector_code", "fund_source_code"] as const;
export type LineCode = (typeof LINE_CODES)[number];

export interface LineForm extends Record<LineCode, string> {
  /** Ours, for the screen only: survives reordering. */
  key: string;
  content: string;
  /** Bare digits. */
  amount: string;
}

export interface PayeeForm {
  /** Which account the money goes to; with a cash box ticked it goes to a person instead. */
  account_kind: "bank_account" | "treasury_account";
  payee_name: string;
  payee_address: string;
  payee_program_code: string;
  bank_account: string;
  payee_bank_code: string;
  treasury_account: string;
  payee_treasury_code: string;
  payee_relation_code: string;
  receiver_name: string;
  receiver_id_number: string;
  receiver_id_date: string;
  receiver_id_place: string;
}

export interface VoucherForm {
  key: string;
  unit_voucher_number: string;
  /** `YYYY-MM-DD` or empty. */
  voucher_date: string;
  payment_method: PaymentMethod | undefined;
  debit_account: string;
  program_code: string;
  lines: readonly LineForm[];
  payee: PayeeForm;
}

/** Also unlike the keys of a draft that a reload brought back. */
export function freshKey(): string {
  return Math.random().toString(36).slice(2, 10);
}

export function blankLine(key = freshKey()): LineForm {
  return { key, content: "", amount: "", economic_item_code: "", chapter_code: "", sector_code: "", fund_source_code: "" };
}

export function blankPayee(): PayeeForm {
  return {
    account_kind: "bank_account", payee_name: "", payee_address: "", payee_program_code: "", bank_account: "", payee_bank_code: "",
    treasury_account: "", payee_treasury_code: "", payee_relation_code: "", receiver_name: "", receiver_id_number: "",
    receiver_id_date: "", receiver_id_place: "",
  };
}

export function blankVoucher(today: string, key = freshKey()): VoucherForm {
  return {
    key, unit_voucher_number: "", voucher_date: today, payment_method: "transfer", debit_account: "", program_code: "",
    lines: [blankLine()], payee: blankPayee(),
  };
}

export function payeeKindOf(voucher: VoucherForm): PayeeKind {
  return isCash(voucher.payment_method) ? "cash_person" : voucher.payee.account_kind;
}

export function isCash(method: PaymentMethod | undefined): boolean {
  return method === "cash_at_treasury" || method === "cash_at_bank";
}

/** Sum of the lines, exact; empty lines count nothing. */
export function totalOf(voucher: Pick<VoucherForm, "lines">): bigint {
  return voucher.lines.reduce((sum, line) => sum + BigInt(line.amount || "0"), 0n);
}

export function wordsOf(total: bigint): string {
  return total > 0n && total <= 999_999_999_999_999n ? amountInWords(Number(total)) : "";
}

export function isBlank(line: LineForm): boolean {
  const { key: _, amount, ...typed } = line;
  return Number(amount) === 0 && Object.values(typed).every((value) => value.trim() === "");
}

/** The lines that are sent: one nobody has typed in is only an offer to type. */
export function filledLines(voucher: Pick<VoucherForm, "lines">): readonly LineForm[] {
  return voucher.lines.filter((line) => !isBlank(line));
}

const text = (typed: string): string => typed.normalize("NFC").trim();
const orNull = (typed: string): string | null => text(typed) || null;

export function toWire(voucher: VoucherForm): WireVoucher {
  return {
    form_code: FORM_CODE,
    unit_voucher_number: text(voucher.unit_voucher_number),
    voucher_date: orNull(voucher.voucher_date),
    payment_method: voucher.payment_method ?? null,
    debit_account: text(voucher.debit_account),
    program_code: orNull(voucher.program_code),
    lines: filledLines(voucher).map(lineToWire),
    amount_in_words: wordsOf(totalOf(voucher)) || null,
    payee: payeeToWire(voucher.payee, payeeKindOf(voucher)),
  };
}

function lineToWire(line: LineForm): WireLine {
  return {
    content: text(line.content),
    // Zero is not an amount; the check then asks for one.
    amount: Number(line.amount) || null,
    economic_item_code: orNull(line.economic_item_code),
    chapter_code: orNull(line.chapter_code),
    sector_code: orNull(line.sector_code),
    fund_source_code: orNull(line.fund_source_code),
  };
}

function payeeToWire(payee: PayeeForm, kind: PayeeKind): WirePayee {
  const [bank, treasury, cash] = [kind === "bank_account", kind === "treasury_account", kind === "cash_person"];
  return {
    payee_kind: kind,
    payee_name: cash ? "" : text(payee.payee_name),
    payee_relation_code: treasury ? orNull(payee.payee_relation_code) : null,
    payee_address: text(payee.payee_address),
    payee_account: bank ? text(payee.bank_account) : treasury ? text(payee.treasury_account) : "",
    payee_bank_code: bank ? orNull(payee.payee_bank_code) : null,
    payee_treasury_code: treasury ? orNull(payee.payee_treasury_code) : null,
    payee_program_code: orNull(payee.payee_program_code),
    receiver_name: cash ? orNull(payee.receiver_name) : null,
    receiver_id_number: cash ? orNull(payee.receiver_id_number) : null,
    receiver_id_date: cash ? orNull(payee.receiver_id_date) : null,
    receiver_id_place: cash ? orNull(payee.receiver_id_place) : null,
  };
}

export function fromWire(wire: WireVoucher): VoucherForm {
  const lines = wire.lines.map(lineFromWire);
  return {
    key: freshKey(),
    unit_voucher_number: wire.unit_voucher_number,
    voucher_date: wire.voucher_date ?? "",
    payment_method: wire.payment_method ?? undefined,
    debit_account: wire.debit_account,
    program_code: wire.program_code ?? "",
    lines: lines.length > 0 ? lines : [blankLine()],
    payee: filledFrom(blankPayee(), wire.payee),
  };
}

function lineFromWire(line: WireLine): LineForm {
  return {
    key: freshKey(),
    content: line.content,
    amount: line.amount === null ? "" : String(line.amount),
    economic_item_code: line.economic_item_code ?? "",
    chapter_code: line.chapter_code ?? "",
    sector_code: line.sector_code ?? "",
    fund_source_code: line.fund_source_code ?? "",
  };
}

/** The payee of another voucher written into this one; what its kind does not use stays as typed. */
export function filledFrom(payee: PayeeForm, known: KnownPayee | WirePayee): PayeeForm {
  const common = { ...payee, payee_name: known.payee_name, payee_address: known.payee_address, payee_program_code: known.payee_program_code ?? "" };
  switch (known.payee_kind) {
    case "treasury_account":
      return {
        ...common, account_kind: "treasury_account", treasury_account: known.payee_account,
        payee_treasury_code: known.payee_treasury_code ?? "", payee_relation_code: known.payee_relation_code ?? "",
      };
    case "cash_person":
      return {
        ...common, payee_name: payee.payee_name, receiver_name: known.receiver_name ?? "", receiver_id_number: known.receiver_id_number ?? "",
        receiver_id_date: known.receiver_id_date ?? "", receiver_id_place: known.receiver_id_place ?? "",
      };
    default:
      return { ...common, account_kind: "bank_account", bank_account: known.payee_account, payee_bank_code: known.payee_bank_code ?? "" };
  }
}

/** Two drafts are the same when they would be sent alike. */
export function sameOnTheWire(draft: readonly VoucherForm[]): string {
  return JSON.stringify(draft.map(toWire));
}

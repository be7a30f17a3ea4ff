/** A voucher as labels and values, in the order a person checks them: to whom, where, how much, for what, from where. */
import type { Dossier, Voucher } from "../../dossier/types";
import { day, figures } from "../../ui/format";
import { masked } from "../../ui/identifiers";
import { say } from "../../words/say";
import { review as words } from "../../words/vi/review";
import { money } from "../../words/vi/money";
import type { Fact } from "./changes";

const { labels } = words;

export interface ShownFact extends Fact {
  strong?: boolean;
  /** Below the value, softer. */
  after?: string;
  /** What a copy button copies. */
  copy?: string;
  figures?: boolean;
}

export function factsOf(dossier: Dossier, voucher: Voucher): ShownFact[] {
  const { content } = voucher;
  const all: (ShownFact | undefined)[] = [
    ...payeeFacts(voucher),
    { id: "amount", label: labels.amount, value: say(money.amount, { số: figures(voucher.amount) }), after: voucher.amount_in_words, strong: true, figures: true },
    ...lineFacts(voucher),
    fact("unit", labels.unit, dossier.unit.name),
    fact("debit", labels.debit, content.debit_account, { figures: true }),
    fact("program", labels.program, content.program_code, { figures: true }),
    fact("method", labels.method, content.payment_method && words.methods[content.payment_method]),
    fact("number", labels.number, content.unit_voucher_number),
    fact("date", labels.date, content.voucher_date && day(content.voucher_date), { figures: true }),
    fact("form", labels.form, dossier.form_name),
    fact("treasury", labels.treasury, dossier.treasury.name),
    fact("service", labels.serviceNumber, voucher.service_voucher_number, { figures: true }),
  ];
  return all.filter((one) => one !== undefined);
}

function fact(id: string, label: string, value: string | null | undefined, more: Partial<ShownFact> = {}): ShownFact | undefined {
  return value ? { id, label, value, ...more } : undefined;
}

function payeeFacts({ content: { payee }, payee_place }: Voucher): (ShownFact | undefined)[] {
  const account = payee.payee_account;
  const issued = payee.receiver_id_date ? say(labels.receiverIssued, { ngày: day(payee.receiver_id_date), nơi: payee.receiver_id_place ?? "–" }) : undefined;
  return [
    fact("payee", labels.payee, payee.payee_name, { strong: true }),
    fact("account", labels.payeeAccount, account && accountText(account), { strong: true, figures: true, copy: account }),
    fact("bank", labels.payeeBank, payee.payee_bank_code ? payee_place : undefined),
    fact("office", labels.payeeTreasury, payee.payee_treasury_code && !payee.payee_bank_code ? payee_place : undefined),
    fact("receiver", labels.receiver, payee.receiver_name, { strong: true }),
    fact("receiver-id", labels.receiverId, payee.receiver_id_number && masked(payee.receiver_id_number), { figures: true, ...(issued && { after: issued }) }),
    fact("relation", labels.payeeRelation, payee.payee_relation_code, { figures: true }),
    fact("address", labels.payeeAddress, payee.payee_address),
  ];
}

/** A Treasury account has its own dots; any other number is grouped by fours. */
function accountText(account: string): string {
  return /^\d+$/.test(account) ? account.replace(/(.{4})(?=.)/g, "$1\u00a0") : account;
}

function lineFacts({ content: { lines } }: Voucher): (ShownFact | undefined)[] {
  return lines.map((line, index) => {
    const amount = lines.length > 1 && line.amount !== null ? say(money.amount, { số: figures(line.amount) }) : undefined;
    const after = [amount, codesOf(line)].filter(Boolean).join(" · ");
    const label = lines.length > 1 ? `${labels.content} ${index + 1}/${lines.length}` : labels.content;
    return fact(`line-${index}`, label, line.content, after ? { after } : {});
  });
}

function codesOf(line: Voucher["content"]["lines"][number]): string {
  const { item, chapter, sector, source } = words.codes;
  return [
    line.chapter_code && say(chapter, { mã: line.chapter_code }),
    line.economic_item_code && say(item, { mã: line.economic_item_code }),
    line.sector_code && say(sector, { mã: line.sector_code }),
    line.fund_source_code && say(source, { mã: line.fund_source_code }),
  ].filter(Boolean).join(" · ");
}

/** A voucher as label and value pairs, group by group: for checking before sending and for comparing two versions. */
import { Amount } from "../../ui/amount";
import { day, figures } from "../../ui/format";
import { say } from "../../words/say";
import { dossier as words } from "../../words/vi/dossier";
import { useName } from "./directory";
import type { Group } from "./places";
import { filledLines, LINE_CODES, payeeKindOf, totalOf, wordsOf, type LineForm, type VoucherForm } from "./voucher";

export interface Fact {
  label: string;
  value: string;
  name?: { kind: "bank" | "office"; code: string } | undefined;
  strong?: boolean;
}

export function factsOf(voucher: VoucherForm, group: Group): Fact[] {
  switch (group) {
    case "header":
      return headerFacts(voucher);
    case "lines":
      return [...filledLines(voucher).map(lineFact), { label: words.total, value: moneyOf(String(totalOf(voucher))), strong: true }];
    case "payee":
      return payeeFacts(voucher);
    default:
      return group satisfies never;
  }
}

function headerFacts(voucher: VoucherForm): Fact[] {
  return kept([
    { label: words.number, value: voucher.unit_voucher_number, strong: true },
    { label: words.date, value: voucher.voucher_date && day(voucher.voucher_date) },
    { label: words.account, value: voucher.debit_account, strong: true },
    { label: words.method, value: voucher.payment_method ? words.methods[voucher.payment_method] : "" },
  ], [{ label: words.program, value: voucher.program_code }]);
}

function lineFact(line: LineForm, index: number): Fact {
  const codes = LINE_CODES.filter((code) => line[code] !== "").map((code) => `${words.codes[code]} ${line[code]}`);
  const said = [line.content, moneyOf(line.amount), codes.join(", ")].filter((part) => part !== "");
  return { label: say(words.lineTitle, { thứ: index + 1 }), value: said.join(" · ") };
}

function payeeFacts(voucher: VoucherForm): Fact[] {
  const payee = voucher.payee;
  const kind = payeeKindOf(voucher);
  const optional = [{ label: words.payeeAddress, value: payee.payee_address }, { label: words.payeeProgram, value: payee.payee_program_code }];
  if (kind === "cash_person") {
    return kept([
      { label: words.receiverName, value: payee.receiver_name, strong: true },
      { label: words.receiverId, value: payee.receiver_id_number },
      { label: words.receiverDate, value: payee.receiver_id_date && day(payee.receiver_id_date) },
      { label: words.receiverPlace, value: payee.receiver_id_place },
    ], optional);
  }
  const atBank = kind === "bank_account";
  const code = atBank ? payee.payee_bank_code : payee.payee_treasury_code;
  return kept([
    { label: words.payeeName, value: payee.payee_name, strong: true },
    { label: words.payeeAccount, value: atBank ? payee.bank_account : payee.treasury_account, strong: true },
    { label: atBank ? words.bank : words.office, value: code, name: code ? { kind: atBank ? "bank" : "office", code } : undefined },
  ], atBank ? optional : [...optional, { label: words.relation, value: payee.payee_relation_code }]);
}

/** Empty optional fields are no news; empty required ones are. */
function kept(required: Fact[], optional: Fact[]): Fact[] {
  return [...required, ...optional.filter((fact) => fact.value !== "")];
}

function moneyOf(digits: string): string {
  return Number(digits) > 0 ? say(words.money, { số: figures(digits) }) : "";
}

export function FactValue({ fact }: { fact: Fact }) {
  const name = useName(fact.name?.kind ?? "bank", fact.name?.code ?? "");
  if (fact.value === "") return <span class="muted">{words.nothing}</span>;
  return <>{fact.name && name ? `${name} · ${say(words.codeOf, { mã: fact.name.code })}` : fact.value}</>;
}

export function LinesTable({ voucher }: { voucher: VoucherForm }) {
  const lines = filledLines(voucher);
  return (
    <>
      <ol class="line-list">
        {lines.map((line) => (
          <li key={line.key}>
            <span class="choice-text">
              <span>{line.content || <span class="muted">{words.nothing}</span>}</span>
              {LINE_CODES.some((code) => line[code] !== "") && (
                <span class="muted small">{LINE_CODES.filter((code) => line[code] !== "").map((code) => `${words.codes[code]} ${line[code]}`).join(" · ")}</span>
              )}
            </span>
            {Number(line.amount) > 0 ? <Amount value={line.amount} /> : <span class="muted">{words.noAmount}</span>}
          </li>
        ))}
      </ol>
      <div class="total-box">
        <span class="total-label">{words.total}</span>
        <Amount value={String(totalOf(voucher))} size="title" />
        <p class="total-words">{wordsOf(totalOf(voucher)) || words.noAmount}</p>
      </div>
    </>
  );
}

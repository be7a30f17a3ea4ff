/** Who receives the money, in the words of the confirm sheet. */
import { grouped, masked } from "../../ui/identifiers";
import { say } from "../../words/say";
import { confirm as words } from "../../words/vi/confirm";
import type { Dossier } from "./prepare";

export interface PayeeLine {
  id: string;
  name: string;
  /** Empty when somebody fetches cash. */
  account: string;
  /** The bank, the Treasury office, or who fetches the cash. */
  place: string;
  amount: number;
}

export function payeesOf(dossier: Dossier, places: ReadonlyMap<string, string>): PayeeLine[] {
  return dossier.vouchers.map(({ id, content, amount }) => ({ id, name: content.payee.payee_name || dossier.payee_name, ...whereOf(content.payee, places), amount }));
}

type Payee = Dossier["vouchers"][number]["content"]["payee"];

function whereOf(payee: Payee, places: ReadonlyMap<string, string>): Pick<PayeeLine, "account" | "place"> {
  if (payee.payee_kind === "cash_person") {
    const receiver = say(words.inCash, { tên: payee.receiver_name ?? payee.payee_name });
    return { account: "", place: [receiver, payee.receiver_id_number && masked(payee.receiver_id_number)].filter(Boolean).join(" – ") };
  }
  const code = payee.payee_kind === "treasury_account" ? payee.payee_treasury_code : payee.payee_bank_code;
  const account = /^\d+$/.test(payee.payee_account) ? grouped(payee.payee_account) : payee.payee_account;
  return { account, place: code ? (places.get(code) ?? code) : "" };
}

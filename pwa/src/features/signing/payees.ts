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

export function payeesOf(dossier: Dossier): PayeeLine[] {
  return dossier.vouchers.map(({ id, content, amount, payee_place }) => ({ id, name: content.payee.payee_name || dossier.payee_name, ...whereOf(content.payee, payee_place), amount }));
}

type Payee = Dossier["vouchers"][number]["content"]["payee"];

function whereOf(payee: Payee, place: string): Pick<PayeeLine, "account" | "place"> {
  if (payee.payee_kind === "cash_person") {
    const receiver = say(words.inCash, { tên: payee.receiver_name ?? payee.payee_name });
    return { account: "", place: [receiver, payee.receiver_id_number && masked(payee.receiver_id_number)].filter(Boolean).join(" – ") };
  }
  const account = /^\d+$/.test(payee.payee_account) ? grouped(payee.payee_account) : payee.payee_account;
  return { account, place };
}

/** Which voucher this is about: amount, payee, number. The same on every screen of a request. */
import { Amount } from "../../ui/amount";
import { amountInWords } from "../../words/amount-in-words";
import { say } from "../../words/say";
import { waiting as words } from "../../words/vi/waiting";
import type { Signing } from "./ending";

export function VoucherLine({ signing }: { signing: Signing }) {
  return (
    <section class="hero signing-voucher">
      <p class="muted small">{say(words.voucher, { số: signing.voucher_no })}</p>
      <Amount size="hero" value={signing.amount} spoken={amountInWords(signing.amount)} />
      <p class="signing-payee">{signing.payee_name}</p>
    </section>
  );
}

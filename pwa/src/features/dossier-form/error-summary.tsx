/** The summary of what is wrong in a voucher. */
import { ErrorSummary } from "../../ui/error-summary";
import { nameOf } from "./mistake-words";
import { stepOf, type Mistake } from "./places";

export function Mistakes({ mistakes, vouchers, base, asked }: { mistakes: readonly Mistake[]; vouchers: number; base: string; asked: boolean }) {
  return <ErrorSummary wrong={mistakes.map((one) => ({ href: fieldLink(base, one), text: nameOf(one, vouchers) }))} asked={asked ? 1 : undefined} />;
}

export function fieldLink(base: string, mistake: Mistake): string {
  return `${base}?buoc=${stepOf(mistake)}&o=${encodeURIComponent(mistake.id)}`;
}

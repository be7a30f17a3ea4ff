/** An amount of money: never shortened, never cut, the word for the currency never on a line of its own. */
import { shell } from "../words/vi/shell";
import { figures } from "./format";

export interface AmountProps {
  value: number | string;
  size?: "row" | "title" | "hero";
  /** Amount in words for screen readers, as the server wrote it. */
  spoken?: string;
}

export function Amount({ value, size = "row", spoken }: AmountProps) {
  const long = String(value).length > 10 ? " amount-long" : "";
  return (
    <span class={`amount amount-${size}${long}`}>
      <span aria-hidden={spoken ? "true" : undefined}>
        <span class="amount-figures">{figures(value)}</span>
        <span class="amount-unit">{`\u00a0${shell.currency}`}</span>
      </span>
      {spoken && <span class="visually-hidden">{spoken}</span>}
    </span>
  );
}

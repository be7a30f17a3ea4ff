/** Reading an amount out of what somebody typed or pasted. Đồng has no fraction, so what stands behind a decimal sign goes. */
const ENGLISH = /^\D*(\d{1,3}(?:,\d{3})+)(?:\.\d{0,2})?\D*$/;
const VIETNAMESE_FRACTION = /,\d{0,2}\D*$/;

/** Most digits an amount may have. */
const LONGEST = 15;

/** Bare digits without leading zeros: `12.500.000,00 đ` and `12,500,000.00` are both `12500000`. */
export function digitsOf(typed: string): string {
  const whole = ENGLISH.exec(typed)?.[1] ?? typed.replace(VIETNAMESE_FRACTION, "");
  return whole.replace(/\D/g, "").replace(/^0+(?=\d)/, "").slice(0, LONGEST);
}

/** Where the caret goes so that as many digits stand behind it as before; never right behind a dot, or deleting backwards would stop there. */
export function caretBefore(written: string, digitsBehind: number): number {
  let at = written.length;
  for (let left = digitsBehind; left > 0 && at > 0; at -= 1) if (/\d/.test(written.charAt(at - 1))) left -= 1;
  return written.charAt(at - 1) === "." ? at - 1 : at;
}

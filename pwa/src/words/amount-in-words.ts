/**
 * Reads an amount aloud the way a voucher writes it: `Mười hai triệu năm trăm nghìn đồng`.
 *
 * Only a help while typing: the words on a voucher are the server's.
 */
const DIGITS = ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"] as const;
const GROUPS = ["", "nghìn", "triệu"] as const;

function three(group: number, full: boolean): string[] {
  const [hundreds, tens, units] = [Math.floor(group / 100), Math.floor(group / 10) % 10, group % 10];
  const words: string[] = [];
  if (hundreds > 0 || full) words.push(DIGITS[hundreds] ?? "", "trăm");
  if (tens === 0 && units > 0 && words.length > 0) words.push("lẻ");
  if (tens === 1) words.push("mười");
  if (tens > 1) words.push(DIGITS[tens] ?? "", "mươi");
  if (units > 0) words.push(unit(tens, units));
  return words;
}

function unit(tens: number, units: number): string {
  if (units === 1 && tens > 1) return "mốt";
  if (units === 5 && tens > 0) return "lăm";
  return DIGITS[units] ?? "";
}

function belowBillion(amount: number, leading: boolean): string[] {
  const words: string[] = [];
  for (let power = 2; power >= 0; power--) {
    const group = Math.floor(amount / 1000 ** power) % 1000;
    if (group === 0) continue;
    words.push(...three(group, !leading || words.length > 0), GROUPS[power] ?? "");
  }
  return words.filter(Boolean);
}

function read(amount: number, leading: boolean): string[] {
  const billions = Math.floor(amount / 1e9);
  const rest = amount % 1e9;
  if (billions === 0) return belowBillion(rest, leading);
  return [...read(billions, leading), "tỷ", ...belowBillion(rest, false)];
}

export function amountInWords(digits: string | number): string {
  const amount = Number(digits);
  if (!Number.isSafeInteger(amount) || amount < 0) return "";
  const words = amount === 0 ? "không" : read(amount, true).join(" ");
  return `${words.charAt(0).toLocaleUpperCase("vi")}${words.slice(1)} đồng`;
}

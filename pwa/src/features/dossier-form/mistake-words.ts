/** How a mistake is named in the summary: its group, its line, its voucher where there are several. */
import { say } from "../../words/say";
import { dossier as words } from "../../words/vi/dossier";
import type { Mistake } from "./places";

export function nameOf(mistake: Mistake, vouchers: number): string {
  const group = words.groups[mistake.group];
  const named =
    mistake.line === undefined
      ? say(words.mistakeIn, { nhóm: group, câu: mistake.sentence })
      : say(words.mistakeInLine, { nhóm: group, thứ: mistake.line + 1, câu: mistake.sentence });
  return vouchers > 1 ? say(words.mistakeInVoucher, { số: mistake.voucher + 1, chỗ: named }) : named;
}

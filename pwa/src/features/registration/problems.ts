/** What the server wants mended, put where a person looks: beside the field, on its screen, under a name they know. */
import { say } from "../../words/say";
import { appointment } from "../../words/vi/appointment";
import { members as memberWords } from "../../words/vi/registering-members";
import { registering as words } from "../../words/vi/registering";
import { nameOf } from "./members-part";
import type { Draft, Registration } from "./parts";
import { placeOf, ROW_PAGES, screenNamed, type Place } from "./screens";

export type Problem = Registration["problems"][number];

/** The list a row stands in; of a screen that is no row, itself. */
export function listOf(place: Place): Place {
  const rows = ROW_PAGES[place.screen.page];
  return rows ? { screen: screenNamed(rows.list), row: 0 } : place;
}

/** Whether the sentence of a path is for this screen: a list answers for its rows. */
export function belongs(path: string, { screen, row }: Place): boolean {
  const there = placeOf(path);
  if (there.screen.name === screen.name) return !ROW_PAGES[screen.page] || there.row === row;
  return listOf(there).screen.name === screen.name;
}

/** The first sentence about a field or anything within it; about a whole table only what is said of the table itself. */
export function sentenceAt(problems: readonly Pick<Problem, "path" | "sentence">[], path: string): string | undefined {
  const whole = !path.includes(".");
  return problems.find((one) => one.path === path || (!whole && one.path.startsWith(`${path}.`)))?.sentence;
}

const LABELS: Readonly<Record<string, string>> = {
  "unit.treasury_code": words.office, "unit.budget_relation_code": words.relationCode, "unit.unit_name": words.unitName, "unit.superior_body": words.superiorBody,
  "unit.phone": words.phone, "unit.email": words.email, "unit.fax": words.fax, "unit.address": words.address,
  services: words.kindGroup, accounts: words.screens.accounts, members: words.screens.members,
  "ledgers.*.ledger_account": words.ledger, "ledgers.*.account_name": words.ledgerName, "ledgers.*.budget_level": words.level,
  "ledgers.*.program_code": words.program, "ledgers.*.valid_from": words.validFrom, "ledgers.*.valid_to": words.validTo,
  "relations.*.relation_or_project_code": words.relationOrProject, "relations.*.name": words.relationName,
  appointment: appointment.title,
  "members.*.full_name": memberWords.fullName, "members.*.id_number": memberWords.idNumber, "members.*.id_issue_date": memberWords.idDate,
  "members.*.id_issue_place": memberWords.idPlace, "members.*.email": memberWords.email, "members.*.mobile_phone": memberWords.mobile,
  "members.*.permissions": memberWords.permissions, "members.*.service_title": memberWords.title, "members.*.grants": words.screens.grants,
  "members.*.signing_form": memberWords.form, "members.*.certificate": memberWords.certificate,
};

/** "Nguyễn Văn An, Email: …": whose, which field, what to do; on the row's own screens it is known whose. */
export function nameOfProblem({ path, sentence }: Pick<Problem, "path" | "sentence">, draft: Draft, onItsRow = false): string {
  const starred = path.replace(/\.\d+/, ".*").replace(/\.\d+.*$/, "");
  const place = placeOf(path);
  const field = (LABELS[starred] ?? words.screens[place.screen.name]).replace(/ \*$/, "");
  const row = onItsRow ? undefined : ROW_PAGES[place.screen.page];
  if (!row && sentence.startsWith(field)) return sentence;
  if (!row) return say(words.wrongIn, { nơi: field, câu: sentence });
  const member = row.table === "members" ? draft.members[place.row] : undefined;
  const whose = member ? nameOf(member, place.row) : say(words.rowOf, { tên: words.pages[place.screen.page], thứ: place.row + 1 });
  return say(words.wrongIn, { nơi: `${whose}, ${field}`, câu: sentence });
}

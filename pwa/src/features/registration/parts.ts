/**
 * What a unit declares, as it is being typed: the five parts of `PUT`, in the shape of the wire so that the server's paths
 * (`members.0.email`) lead straight to a field. Does not: judge anything, that is the server's.
 */
import type { components } from "../../api/schema";

type Schemas = components["schemas"];
export type Registration = Schemas["Registration"];
export type Content = Registration["content"];
export type Unit = Schemas["UnitIn"];
export type Ledger = Schemas["LedgerIn"];
export type Relation = Schemas["RelationIn"];
export type Grant = Schemas["GrantIn"];
export type WireMember = Schemas["MemberIn"];
export type Account = Content["accounts"][number];
export type Permission = WireMember["permissions"][number];
export type Title = NonNullable<WireMember["service_title"]>;
export type SigningForm = NonNullable<WireMember["signing_form"]>;
export type Parts = Omit<Schemas["SaveRegistration"], "expected_version">;

/** `key` is ours and survives edits: the server's id for a new person arrives while somebody goes on typing. */
export interface Member extends WireMember {
  key: string;
}

export interface Draft extends Omit<Parts, "members"> {
  members: readonly Member[];
}

export type Table = "ledgers" | "relations" | "members";

export type Change =
  | { do: "unit"; values: Partial<Unit> }
  | { do: "services"; services: string[] }
  | { do: "ledger"; at: number; values: Partial<Ledger> }
  | { do: "relation"; at: number; values: Partial<Relation> }
  | { do: "member"; at: number; values: Partial<WireMember> }
  /** All who sign in one form: a unit has only one at a time. */
  | { do: "switch-all"; form: SigningForm }
  | { do: "add"; table: Table }
  | { do: "remove"; table: Table; at: number };

export const MOST: Record<Table, number> = { ledgers: 50, relations: 50, members: 60 };

export const PERMISSIONS: readonly Permission[] = ["accountant", "delegated_chief_accountant", "chief_accountant", "delegated_account_holder", "account_holder"];

/** Where nobody gives the second signature, and so nobody is chief accountant. */
export function signsAlone({ unit_kind }: Pick<Unit, "unit_kind">): boolean {
  return unit_kind === "revenue_agency" || unit_kind === "individual";
}

/** Of the accounting side, which gives the second signature. */
export function isOfChief(permission: Permission): boolean {
  return permission !== "accountant" && !permission.endsWith("account_holder");
}

export function reduce(draft: Draft, change: Change): Draft {
  switch (change.do) {
    case "unit":
      return { ...draft, unit: settledUnit({ ...draft.unit, ...change.values }) };
    case "services":
      return { ...draft, services: change.services };
    case "ledger":
      return { ...draft, ledgers: changed(draft.ledgers, change.at, change.values) };
    case "relation":
      return { ...draft, relations: changed(draft.relations, change.at, change.values) };
    case "member":
      return { ...draft, members: draft.members.map((member, at) => (at === change.at ? settled({ ...member, ...change.values }) : member)) };
    case "switch-all":
      return { ...draft, members: draft.members.map((member) => (signs(member) ? { ...member, signing_form: change.form } : member)) };
    case "add":
      return added(draft, change.table);
    case "remove":
      return { ...draft, [change.table]: draft[change.table].filter((_, at) => at !== change.at) };
    default:
      return change satisfies never;
  }
}

/** Who signs the second signature besides preparing needs a unit that has one. */
function settledUnit(unit: Unit): Unit {
  return signsAlone(unit) ? { ...unit, single_accountant_unit: false } : unit;
}

function changed<Row>(rows: readonly Row[], at: number, values: Partial<Row>): Row[] {
  return rows.map((row, index) => (index === at ? { ...row, ...values } : row));
}

/** The titles of these permissions; where no chief accountant is appointed, the permission goes with another title. */
export function titlesOf(permissions: readonly Permission[]): Title[] {
  return permissions.flatMap((one): Title[] => (one === "chief_accountant" ? [one, "acting_chief_accountant"] : [one]));
}

/** One permission says the title by itself; and who only prepares vouchers has no form of signing. */
function settled(member: Member): Member {
  const [only, ...others] = member.permissions;
  const kept = titlesOf(member.permissions).find((title) => title === member.service_title);
  const title = kept ?? (only && others.length === 0 ? only : null);
  return { ...member, service_title: title, signing_form: signs(member) ? member.signing_form : null };
}

function added(draft: Draft, table: Table): Draft {
  if (draft[table].length >= MOST[table]) return draft;
  switch (table) {
    case "ledgers":
      return { ...draft, ledgers: [...draft.ledgers, blankLedger()] };
    case "relations":
      return { ...draft, relations: [...draft.relations, firstRelation(draft)] };
    case "members":
      return { ...draft, members: [...draft.members, blankMember()] };
    default:
      return table satisfies never;
  }
}

export function blankUnit(): Unit {
  return { treasury_code: "", budget_relation_code: "", unit_name: "", phone: "", email: "", fax: "", address: "", superior_body: "", single_accountant_unit: false, unit_kind: "budget_unit" };
}

export function blankLedger(): Ledger {
  return { ledger_account: "", account_name: "", budget_level: null, program_code: "", valid_from: null, valid_to: null };
}

/** The unit's own code and name were typed in step 1 and are not asked again. */
function firstRelation({ relations, unit }: Draft): Relation {
  return relations.length > 0 ? { relation_or_project_code: "", name: "" } : { relation_or_project_code: unit.budget_relation_code, name: unit.unit_name };
}

export function blankMember(key = freshKey()): Member {
  return {
    key, id: null, project_code: "", full_name: "", id_number: "", id_issue_date: null, id_issue_place: "", email: "", mobile_phone: "",
    service_title: null, permissions: [], signing_form: null, grants: [],
  };
}

function freshKey(): string {
  return Math.random().toString(36).slice(2, 10);
}

/** A row somebody opened and left without typing anything of their own. */
export function isBlank(draft: Draft, table: Table, at: number): boolean {
  switch (table) {
    case "ledgers":
      return same(draft.ledgers[at], blankLedger());
    case "relations":
      return same(draft.relations[at], { relation_or_project_code: "", name: "" });
    case "members": {
      const member = draft.members[at];
      return same(member, { ...blankMember(member?.key), id: member?.id ?? null });
    }
    default:
      return table satisfies never;
  }
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

export function signs({ permissions }: Pick<WireMember, "permissions">): boolean {
  return permissions.some((title) => title !== "accountant");
}

export function isDelegate({ permissions }: Pick<WireMember, "permissions">): boolean {
  return permissions.some((title) => title === "delegated_account_holder" || title === "delegated_chief_accountant");
}

/** The form the signers of this unit have, when they have one; two forms are to be mended. */
export function formsInUse(members: readonly WireMember[]): SigningForm[] {
  return [...new Set(members.filter(signs).flatMap(({ signing_form }) => signing_form ?? []))];
}

export function sameAccount(one: Pick<Grant, "account_number" | "program_code">, other: Pick<Grant, "account_number" | "program_code">): boolean {
  return one.account_number === other.account_number && (one.program_code || NO_PROGRAM) === (other.program_code || NO_PROGRAM);
}

export const NO_PROGRAM = "00000";

export function draftOf({ content }: Pick<Registration, "content">): Draft {
  return {
    unit: { ...blankUnit(), ...content.unit },
    services: content.services,
    ledgers: content.ledgers,
    relations: content.relations,
    members: content.members.map(({ certificate: _, ...member }) => ({ ...member, key: member.id })),
  };
}

export function toWire({ unit, services, ledgers, relations, members }: Draft): Parts {
  return tidy({ unit, services, ledgers, relations, members: members.map(({ key: _, ...member }) => member) });
}

/** Without the ids, which only the server gives: a draft that has just got them is no other draft. */
export function textOf(draft: Draft): string {
  const { members, ...rest } = toWire(draft);
  return JSON.stringify({ ...rest, members: members.map(({ id: _, ...member }) => member) });
}

/** The server answers the people in the order they were sent. */
export function withIds(draft: Draft, sent: Draft, { content }: Pick<Registration, "content">): Draft {
  const ids = new Map(sent.members.map(({ key }, at) => [key, content.members[at]?.id]));
  if (draft.members.every(({ key, id }) => id !== null || !ids.get(key))) return draft;
  return { ...draft, members: draft.members.map((member) => ({ ...member, id: member.id ?? ids.get(member.key) ?? null })) };
}

function tidy<T>(value: T): T {
  if (typeof value === "string") return value.normalize("NFC").trim() as T;
  if (Array.isArray(value)) return value.map(tidy) as T;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inside]) => [name, tidy(inside)])) as T;
}

/**
 * The small screens of the declaration and where each field stands.
 *
 * On a phone one screen is shown at a time; on a tablet all screens of a page, which is a step or one row of a table. Which
 * one is open stands in the address. Does not: draw anything.
 */
import type { Draft, Table } from "./parts";

export type Step = 1 | 2 | 3 | 4;
export type Page = "unit" | "accounts" | "ledger" | "relation" | "members" | "member" | "check";

export type ScreenName =
  | "office" | "contact" | "services"
  | "ledgers" | "relations" | "accounts" | "ledger" | "ledger-term" | "relation"
  | "members" | "person" | "reach" | "role" | "grants" | "signing"
  | "check";

export interface SmallScreen {
  name: ScreenName;
  page: Page;
  step: Step;
  /** In the address. */
  slug: string;
  /** What is asked, as the server's paths; a star for the row. Check boxes under one heading are one question. */
  asks: readonly string[];
  /** Further paths of the server whose sentences belong here. */
  hears?: readonly string[];
}

/** The table a row page belongs to, and the screen with its list. */
export const ROW_PAGES: Partial<Record<Page, { table: Table; list: ScreenName }>> = {
  ledger: { table: "ledgers", list: "ledgers" },
  relation: { table: "relations", list: "relations" },
  member: { table: "members", list: "members" },
};

export const SCREENS: readonly SmallScreen[] = [
  { name: "office", page: "unit", step: 1, slug: "kho-bac", asks: ["unit.treasury_code", "unit.budget_relation_code", "unit.unit_name", "unit.unit_kind", "unit.superior_body"] },
  { name: "contact", page: "unit", step: 1, slug: "lien-he", asks: ["unit.phone", "unit.email", "unit.fax", "unit.address"] },
  { name: "services", page: "unit", step: 1, slug: "dich-vu", asks: ["services"] },
  { name: "ledgers", page: "accounts", step: 2, slug: "tai-khoan", asks: [], hears: ["ledgers"] },
  { name: "relations", page: "accounts", step: 2, slug: "du-an", asks: [], hears: ["relations"] },
  { name: "accounts", page: "accounts", step: 2, slug: "so-tai-khoan", asks: [], hears: ["accounts"] },
  { name: "ledger", page: "ledger", step: 2, slug: "tai-khoan-ke-toan", asks: ["ledgers.*.ledger_account", "ledgers.*.account_name", "ledgers.*.budget_level"] },
  { name: "ledger-term", page: "ledger", step: 2, slug: "hieu-luc", asks: ["ledgers.*.program_code", "ledgers.*.valid_from", "ledgers.*.valid_to"] },
  { name: "relation", page: "relation", step: 2, slug: "ma-du-an", asks: ["relations.*.relation_or_project_code", "relations.*.name"] },
  { name: "members", page: "members", step: 3, slug: "thanh-vien", asks: ["unit.single_accountant_unit"], hears: ["members"] },
  { name: "person", page: "member", step: 3, slug: "ca-nhan", asks: ["members.*.full_name", "members.*.id_number", "members.*.id_issue_date", "members.*.id_issue_place"] },
  { name: "reach", page: "member", step: 3, slug: "lien-lac", asks: ["members.*.email", "members.*.mobile_phone"] },
  { name: "role", page: "member", step: 3, slug: "quyen", asks: ["members.*.permissions", "members.*.service_title", "members.*.project_code"] },
  { name: "grants", page: "member", step: 3, slug: "tai-khoan-su-dung", asks: ["members.*.grants"] },
  { name: "signing", page: "member", step: 3, slug: "chu-ky-so", asks: ["members.*.signing_form"], hears: ["members.*.certificate"] },
  { name: "check", page: "check", step: 4, slug: "hoan-thanh", asks: [] },
];

/** The way through: the lists, not the rows in them. */
export const WAY: readonly SmallScreen[] = SCREENS.filter(({ page }) => !ROW_PAGES[page]);

export interface Place {
  screen: SmallScreen;
  /** Which row of its table; 0 where there is none. */
  row: number;
}

export function screenNamed(name: ScreenName): SmallScreen {
  const found = SCREENS.find((screen) => screen.name === name);
  if (!found) throw new Error(`no screen ${name}`);
  return found;
}

/** The screen of an address; of one that means nothing, or a row that is gone, the nearest there is. */
export function placeAt(search: string, draft: Draft): Place | undefined {
  const params = new URLSearchParams(search);
  const screen = SCREENS.find(({ slug }) => slug === params.get("muc"));
  if (!screen) return undefined;
  const row = Math.max(0, Number(params.get("dong") ?? 1) - 1 || 0);
  const rows = ROW_PAGES[screen.page];
  return rows && row >= draft[rows.table].length ? { screen: screenNamed(rows.list), row: 0 } : { screen, row };
}

/** `field`: the path of the one to put the cursor into. */
export function searchOf({ screen, row }: Place, field?: string): string {
  const params = new URLSearchParams({ muc: screen.slug });
  if (ROW_PAGES[screen.page]) params.set("dong", String(row + 1));
  if (field) params.set("o", field);
  return `?${params}`;
}

/** Where a path of the server is shown: `members.2.email` on the screen "reach" of row 2. */
export function placeOf(path: string): Place {
  const row = Number(/\.(\d+)/.exec(path)?.[1] ?? 0);
  const starred = path.replace(/\.\d+/, ".*");
  const hears = (screen: SmallScreen) => [...screen.asks, ...(screen.hears ?? [])].filter((known) => starred === known || starred.startsWith(`${known}.`));
  const longest = (screen: SmallScreen) => Math.max(0, ...hears(screen).map((known) => known.length));
  const [best] = [...SCREENS].sort((one, other) => longest(other) - longest(one));
  return best && longest(best) > 0 ? { screen: best, row } : { screen: screenNamed("check"), row: 0 };
}

/** The path of the field that shows a sentence: `members.0.grants` for `members.0.grants.1.end_date`. */
export function fieldOf(path: string): string {
  const { screen, row } = placeOf(path);
  const starred = path.replace(/\.\d+/, ".*");
  const known = [...screen.asks, ...(screen.hears ?? [])].find((one) => starred === one || starred.startsWith(`${one}.`));
  return known?.replace("*", String(row)) ?? path;
}

/** Screens of the same page, in order; who does not sign is not asked how. */
export function screensOf(place: Place, skipped: readonly ScreenName[]): SmallScreen[] {
  return SCREENS.filter(({ page, name }) => page === place.screen.page && !skipped.includes(name));
}

/** One screen further (or back): within a row, then back to its list; else along the way. */
export function stepFrom(place: Place, by: 1 | -1, skipped: readonly ScreenName[]): Place | undefined {
  const rows = ROW_PAGES[place.screen.page];
  const row = rows ? screensOf(place, skipped) : WAY;
  const next = row[row.findIndex(({ name }) => name === place.screen.name) + by];
  if (next) return { screen: next, row: place.row };
  return rows ? { screen: screenNamed(rows.list), row: 0 } : undefined;
}

/** The first screen of the next page (or of the one before): a tablet shows a whole page at once. */
export function pageFrom(place: Place, by: 1 | -1): Place | undefined {
  const rows = ROW_PAGES[place.screen.page];
  if (rows) return { screen: screenNamed(rows.list), row: 0 };
  const next = WAY.find(({ step }) => step === place.screen.step + by);
  return next && { screen: next, row: 0 };
}

/** Id of the field's element. */
export function fieldId(path: string): string {
  return `f-${path.replaceAll(".", "-")}`;
}

import { describe, expect, it } from "vitest";
import { blankLedger, blankMember, blankUnit, type Draft } from "./parts";
import { fieldId, fieldOf, pageFrom, placeAt, placeOf, SCREENS, screenNamed, searchOf, stepFrom, WAY } from "./screens";

const draft: Draft = { unit: blankUnit(), services: [], ledgers: [blankLedger()], relations: [{ relation_or_project_code: "", name: "" }], members: [blankMember("a"), blankMember("b")] };

/** Every field a person fills in, with a star for the row. */
function fieldsOf({ unit, ledgers, relations, members }: Draft): string[] {
  const names = (table: string, row: object | undefined, ours: readonly string[] = []) =>
    Object.keys(row ?? {}).filter((name) => !ours.includes(name)).map((name) => `${table}.${name}`);
  return [...names("unit", unit), "services", ...names("ledgers.*", ledgers[0]), ...names("relations.*", relations[0]), ...names("members.*", members[0], ["key", "id"])];
}

describe("the screens of the declaration", () => {
  it("ask for every field once and for no other", () => {
    expect(SCREENS.flatMap(({ asks }) => asks).sort()).toEqual(fieldsOf(draft).sort());
  });

  it("ask at most five things each", () => {
    for (const screen of SCREENS) expect(screen.asks.length, screen.name).toBeLessThanOrEqual(5);
  });

  it("are about as many on the way as fit into a short break", () => {
    expect(WAY.length).toBeLessThanOrEqual(12);
  });

  it("have addresses of their own", () => {
    expect(new Set(SCREENS.map(({ slug }) => slug)).size).toBe(SCREENS.length);
    for (const screen of SCREENS) expect(placeAt(searchOf({ screen, row: 0 }), draft)).toEqual({ screen, row: 0 });
  });

  it("lead from an address of a row that is gone to its list", () => {
    expect(placeAt("?muc=ca-nhan&dong=3", draft)?.screen.name).toBe("members");
    expect(placeAt("?muc=ca-nhan&dong=x", draft)).toEqual({ screen: screenNamed("person"), row: 0 });
    expect(placeAt("?muc=nowhere", draft)).toBeUndefined();
  });
});

describe("a sentence of the server", () => {
  it.each([
    ["unit.email", "contact", 0],
    ["unit.single_accountant_unit", "members", 0],
    ["unit.unit_kind", "office", 0],
    ["services", "services", 0],
    ["ledgers.1.valid_to", "ledger-term", 1],
    ["relations.0.name", "relation", 0],
    ["accounts", "accounts", 0],
    ["accounts.2.account_number", "accounts", 2],
    ["members", "members", 0],
    ["members.1.grants.0.end_date", "grants", 1],
    ["members.2.certificate", "signing", 2],
    ["nothing.known", "check", 0],
  ])("about %s is shown on the screen %s", (path, name, row) => {
    expect(placeOf(path)).toEqual({ screen: screenNamed(name as "office"), row });
  });

  it.each([
    ["members.1.grants.0.end_date", "members.1.grants"],
    ["accounts.2.account_number", "accounts"],
    ["unit.email", "unit.email"],
    ["members", "members"],
  ])("about %s stands beside %s", (path, field) => {
    expect(fieldOf(path)).toBe(field);
  });

  it("finds the field on it", () => {
    expect(fieldId("members.0.email")).toBe("f-members-0-email");
  });
});

describe("going on", () => {
  it("walks through all four steps and ends at the last screen", () => {
    let place = { screen: screenNamed("office"), row: 0 };
    const seen = ["office"];
    for (let next = stepFrom(place, 1, []); next; next = stepFrom(place, 1, [])) {
      place = next;
      seen.push(next.screen.name);
    }
    expect(seen).toEqual(WAY.map(({ name }) => name));
  });

  it("walks through one person and back to the list, past what a person without a signature is not asked", () => {
    expect(stepFrom({ screen: screenNamed("grants"), row: 1 }, 1, [])).toEqual({ screen: screenNamed("signing"), row: 1 });
    expect(stepFrom({ screen: screenNamed("grants"), row: 1 }, 1, ["signing"])?.screen.name).toBe("members");
    expect(stepFrom({ screen: screenNamed("person"), row: 1 }, -1, [])?.screen.name).toBe("members");
  });

  it("walks page by page on a tablet", () => {
    expect(pageFrom({ screen: screenNamed("contact"), row: 0 }, 1)?.screen.name).toBe("ledgers");
    expect(pageFrom({ screen: screenNamed("reach"), row: 1 }, 1)?.screen.name).toBe("members");
    expect(pageFrom({ screen: screenNamed("office"), row: 0 }, -1)).toBeUndefined();
  });
});

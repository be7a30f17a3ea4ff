import { describe, expect, it } from "vitest";
import { blankMember, blankUnit, draftOf, formsInUse, isBlank, isOfChief, reduce, sameAccount, textOf, PERMISSIONS, toWire, withIds, type Change, type Draft, type Registration } from "./parts";

const empty: Draft = { unit: blankUnit(), services: [], ledgers: [], relations: [], members: [] };

function after(draft: Draft, ...changes: Change[]): Draft {
  return changes.reduce(reduce, draft);
}

/** What the server answers to a draft: ids for everybody. */
function answered(draft: Draft, ids: readonly string[]): Pick<Registration, "content"> {
  const wire = toWire(draft);
  return { content: { ...wire, accounts: [], members: wire.members.map((member, at) => ({ ...member, id: ids[at] ?? "", certificate: null })) } } as unknown as Registration;
}

describe("a declaration being typed", () => {
  it("gives a person with one permission that title, and asks again when it goes", () => {
    const one = after(empty, { do: "add", table: "members" }, { do: "member", at: 0, values: { permissions: ["account_holder"] } });
    expect(one.members[0]?.service_title).toBe("account_holder");
    const two = after(one, { do: "member", at: 0, values: { permissions: ["account_holder", "accountant"] } });
    expect(two.members[0]?.service_title).toBe("account_holder");
    expect(after(one, { do: "member", at: 0, values: { permissions: [] } }).members[0]?.service_title).toBeNull();
    const acting = after(one, { do: "member", at: 0, values: { permissions: ["chief_accountant"] } }, { do: "member", at: 0, values: { service_title: "acting_chief_accountant" } });
    expect(acting.members[0]?.service_title).toBe("acting_chief_accountant");
    expect(after(acting, { do: "member", at: 0, values: { permissions: ["account_holder"] } }).members[0]?.service_title).toBe("account_holder");
  });

  it("takes the form of signing from who signs no more", () => {
    const signer = after(empty, { do: "add", table: "members" }, { do: "member", at: 0, values: { permissions: ["account_holder"], signing_form: "remote" } });
    expect(after(signer, { do: "member", at: 0, values: { permissions: ["accountant"] } }).members[0]?.signing_form).toBeNull();
  });

  it("switches all signers to one form and leaves the others alone", () => {
    const members = (["account_holder", "chief_accountant", "accountant"] as const).map((title) => ({ ...blankMember(title), permissions: [title], signing_form: title === "account_holder" ? ("remote" as const) : null }));
    const mixed = after({ ...empty, members }, { do: "member", at: 1, values: { signing_form: "usb_token" } });
    expect(formsInUse(mixed.members)).toEqual(["remote", "usb_token"]);
    const all = after(mixed, { do: "switch-all", form: "usb_token" });
    expect(all.members.map(({ signing_form }) => signing_form)).toEqual(["usb_token", "usb_token", null]);
  });

  it("does not ask the unit's own code and name again", () => {
    const named = after(empty, { do: "unit", values: { budget_relation_code: "1001163", unit_name: "Trường A" } }, { do: "add", table: "relations" }, { do: "add", table: "relations" });
    expect(named.relations).toEqual([{ relation_or_project_code: "1001163", name: "Trường A" }, { relation_or_project_code: "", name: "" }]);
  });

  it("lets a unit that signs alone have no accountant who also signs", () => {
    const single = after(empty, { do: "unit", values: { single_accountant_unit: true } });
    expect(after(single, { do: "unit", values: { unit_kind: "enterprise" } }).unit.single_accountant_unit).toBe(true);
    expect(after(single, { do: "unit", values: { unit_kind: "individual" } }).unit.single_accountant_unit).toBe(false);
    expect(PERMISSIONS.filter(isOfChief)).toEqual(["delegated_chief_accountant", "chief_accountant"]);
  });

  it("knows a row nobody typed in", () => {
    const rows = after(empty, { do: "add", table: "members" }, { do: "add", table: "ledgers" });
    expect([isBlank(rows, "members", 0), isBlank(rows, "ledgers", 0)]).toEqual([true, true]);
    expect(isBlank(after(rows, { do: "member", at: 0, values: { full_name: "N" } }), "members", 0)).toBe(false);
  });
});

describe("on the wire", () => {
  it("sends composed, trimmed text and no key of ours", () => {
    const typed = after(empty, { do: "unit", values: { unit_name: " Tru\u031bo\u031b\u0300ng " } }, { do: "add", table: "members" });
    expect(toWire(typed).unit.unit_name).toBe("Tr\u01b0\u1eddng");
    expect(Object.keys(toWire(typed).members[0] ?? {})).not.toContain("key");
  });

  it("is the same draft after the server has given its people their ids", () => {
    const sent = after(empty, { do: "add", table: "members" });
    const learnt = withIds(sent, sent, answered(sent, ["id-1"]));
    expect(learnt.members[0]?.id).toBe("id-1");
    expect(textOf(learnt)).toBe(textOf(sent));
    expect(textOf(draftOf(answered(sent, ["id-1"])))).toBe(textOf(sent));
  });

  it("gives the ids to the right people when rows moved while the save was under way", () => {
    const sent = after(empty, { do: "add", table: "members" }, { do: "add", table: "members" }, { do: "member", at: 1, values: { full_name: "B" } });
    const now = after(sent, { do: "remove", table: "members", at: 0 }, { do: "add", table: "members" }, { do: "member", at: 0, values: { full_name: "B B" } });
    expect(withIds(now, sent, answered(sent, ["id-a", "id-b"])).members.map(({ full_name, id }) => [full_name, id])).toEqual([["B B", "id-b"], ["", null]]);
  });

  it("takes an account without a programme for the one with the programme of no programme", () => {
    expect(sameAccount({ account_number: "3511.0.9091378", program_code: "" }, { account_number: "3511.0.9091378", program_code: "00000" })).toBe(true);
    expect(sameAccount({ account_number: "3511.0.9091378", program_code: "91057" }, { account_number: "3511.0.9091378", program_code: "00000" })).toBe(false);
  });
});

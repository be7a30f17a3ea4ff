import { describe, expect, it } from "vitest";
import { blankMember, blankUnit, type Draft } from "./parts";
import { differences } from "./conflict-card";
import { belongs, nameOfProblem, sentenceAt } from "./problems";
import { screenNamed } from "./screens";

const draft: Draft = { unit: blankUnit(), services: [], ledgers: [], relations: [], members: [{ ...blankMember("a"), full_name: "Trần Thị Bình" }, blankMember("b")] };

describe("a sentence of the server", () => {
  it("is heard on the screen of its field, and by the list its row stands in", () => {
    expect(belongs("members.1.email", { screen: screenNamed("reach"), row: 1 })).toBe(true);
    expect(belongs("members.1.email", { screen: screenNamed("reach"), row: 0 })).toBe(false);
    expect(belongs("members.1.email", { screen: screenNamed("members"), row: 0 })).toBe(true);
    expect(belongs("members.1.email", { screen: screenNamed("person"), row: 1 })).toBe(false);
  });

  it("stands beside the field it is about or within, a table's own beside the table only", () => {
    const said = [{ path: "members.0.grants.1.end_date", sentence: "A." }, { path: "members", sentence: "B." }];
    expect(sentenceAt(said, "members.0.grants")).toBe("A.");
    expect(sentenceAt(said, "members.0")).toBe("A.");
    expect(sentenceAt(said, "members")).toBe("B.");
    expect(sentenceAt(said, "members.1")).toBeUndefined();
  });

  it.each([
    ["members.0.email", "Nhập địa chỉ email.", "Trần Thị Bình, Email: Nhập địa chỉ email."],
    ["members.1.email", "Nhập địa chỉ email.", "Thành viên 2, Email: Nhập địa chỉ email."],
    ["unit.unit_name", "Chưa nhập.", "Tên đơn vị: Chưa nhập."],
    ["unit.budget_relation_code", "Mã ĐVQHNS gồm 7 chữ số.", "Mã ĐVQHNS gồm 7 chữ số."],
    ["ledgers.1.valid_to", "Sửa ngày.", "Tài khoản kế toán 2, Ngày kết thúc: Sửa ngày."],
  ])("about %s is named in the summary by whose it is and which field", (path, sentence, named) => {
    expect(nameOfProblem({ path, sentence }, draft)).toBe(named);
  });

  it("is named by its field alone on the screens of its row", () => {
    expect(nameOfProblem({ path: "members.0.email", sentence: "Nhập địa chỉ email." }, draft, true)).toBe("Email: Nhập địa chỉ email.");
  });
});

describe("two versions of a declaration", () => {
  it("differ in the fields that differ, under their names", () => {
    const theirs: Draft = { ...draft, unit: { ...draft.unit, unit_name: "Trường C" } };
    expect(differences(draft, theirs)).toEqual(["Tên đơn vị: Bạn nhập (trống) / Bản đã lưu Trường C"]);
    expect(differences(draft, draft)).toEqual([]);
  });

  it("are alike when only the server's ids are new", () => {
    const theirs: Draft = { ...draft, members: draft.members.map((member, at) => ({ ...member, id: `id-${at}` })) };
    expect(differences(draft, theirs)).toEqual([]);
  });
});

import { expect, test } from "vitest";
import { byGroup } from "./difference-rows";

const row = (group: string, label: string) => ({ group, label, before: "a", after: "b" });

test("rows of a group stand together, groups and rows in the server's order", () => {
  const rows = [row("Đơn vị", "Email"), row("Thành viên", "Thêm"), row("Đơn vị", "Fax")];
  expect(byGroup(rows).map(({ group, rows: inside }) => [group, inside.map(({ label }) => label)])).toEqual([["Đơn vị", ["Email", "Fax"]], ["Thành viên", ["Thêm"]]]);
});

test("every changed field is shown, even twice the same label", () => {
  const rows = [row("Thành viên", "Email"), row("Thành viên", "Email")];
  expect(byGroup(rows).flatMap(({ rows: inside }) => inside)).toHaveLength(2);
});

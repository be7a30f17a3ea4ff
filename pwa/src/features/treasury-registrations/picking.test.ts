import { expect, test } from "vitest";
import { freeOf, outcomeOf, pickedOf, toggled } from "./picking";
import type { RegistrationRow } from "./types";

const row = (id: string, barred: string | null = null) => ({ id, barred, unit_name: `Đơn vị ${id}` }) as RegistrationRow;
const ROWS = [row("a"), row("b", "Bạn đang xử lý hồ sơ này."), row("c")];

test("only what nothing speaks against can be chosen", () => {
  expect(freeOf(ROWS).map(({ id }) => id)).toEqual(["a", "c"]);
});

test("what a colleague took meanwhile is chosen no longer, nor what has left the list", () => {
  expect(pickedOf(ROWS, new Set(["c", "b", "gone", "a"])).map(({ id }) => id)).toEqual(["a", "c"]);
});

test("a second tap takes the choice back", () => {
  const once = toggled(new Set(), "a");
  expect([...once]).toEqual(["a"]);
  expect([...toggled(once, "a")]).toEqual([]);
});

test("what was not taken is named by its unit, with the reason", () => {
  const answer = [{ id: "a", taken: true, reason: null }, { id: "c", taken: false, reason: "Hồ sơ vừa thay đổi." }];
  expect(outcomeOf(ROWS, answer)).toEqual({ taken: 1, refused: [{ unit: "Đơn vị c", reason: "Hồ sơ vừa thay đổi." }] });
});

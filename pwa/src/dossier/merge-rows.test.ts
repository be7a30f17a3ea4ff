import { expect, test } from "vitest";
import { asShown, merge, newOnes } from "./merge-rows";
import type { Row } from "./types";

const row = (id: string, version = 1) => ({ id, version }) as Row;
const ids = (rows: readonly Row[]) => rows.map(({ id }) => id).join("");
const list = (text: string) => [...text].map((id) => row(id));

test("a voucher that arrives is added below and nothing above it moves", () => {
  const shown = merge(asShown(list("abc")), list("abcd"), true);
  expect(ids(shown.rows)).toBe("abcd");
  expect(newOnes(shown)).toBe(1);
});

test("a voucher that belongs in between waits until the person asks for it", () => {
  const shown = merge(asShown(list("ac")), list("abc"), true);
  expect(ids(shown.rows)).toBe("ac");
  expect(ids(shown.waiting)).toBe("b");
  expect(newOnes(shown)).toBe(1);
});

test("a voucher that is gone keeps its place, marked", () => {
  const shown = merge(asShown(list("abc")), list("ac"), true);
  expect(ids(shown.rows)).toBe("abc");
  expect([...shown.gone]).toEqual(["b"]);
});

test("a voucher that comes back is no longer marked as gone", () => {
  const shown = merge(merge(asShown(list("abc")), list("ac"), true), list("abc"), true);
  expect(shown.gone.size).toBe(0);
});

test("a changed voucher changes where it stands", () => {
  const shown = merge(asShown(list("ab")), [row("a"), row("b", 2)], true);
  expect(shown.rows[1]?.version).toBe(2);
});

test("rows that only moved up from the next page are not called new", () => {
  const shown = merge(asShown(list("abc")), list("bcd"), false);
  expect(ids(shown.rows)).toBe("abcd");
  expect(newOnes(shown)).toBe(0);
});

test("a list of which nothing is left is simply replaced", () => {
  expect(ids(merge(asShown(list("ab")), list("c"), true).rows)).toBe("c");
  expect(merge(asShown([]), list("c"), true).rows).toHaveLength(1);
});

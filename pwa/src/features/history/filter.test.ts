import { expect, test } from "vitest";
import { daysOf, queryOf, readFilter, writeFilter } from "./filter";

test("a filter survives its own address", () => {
  const search = "?ky=chon&tu=2026-01-05&den=2026-02-01&trang-thai=returned&tim=%C4%91i%E1%BB%87n&tien-tu=1000000&tien-den=5000000";
  expect(writeFilter(readFilter(search))).toBe(search);
});

test("a fresh history is the last thirty days under a plain address", () => {
  expect(readFilter("")).toMatchObject({ period: "30", group: "", q: "" });
  expect(writeFilter(readFilter(""))).toBe("");
});

test("a damaged address is read as far as it makes sense", () => {
  expect(readFilter("?ky=9&trang-thai=toString&tu=hom-qua&tien-tu=abc")).toMatchObject({ period: "30", group: "", from: "", least: "" });
});

test("periods count today as their last day, over the ends of months and years", () => {
  const filter = readFilter("?ky=7");
  expect(daysOf(filter, "2026-03-03").from).toBe("2026-02-25");
  expect(daysOf({ ...filter, period: "30" }, "2026-01-10").from).toBe("2025-12-12");
  expect(daysOf({ ...filter, period: "nam" }, "2026-03-03").from).toBe("2026-01-01");
});

test("a state as people say it asks for every state of the route behind it", () => {
  expect(queryOf(readFilter("?ky=nam&trang-thai=signing"), "2026-03-03", "next")).toEqual({ from: "2026-01-01", status: ["signing_chief_accountant", "signing_account_holder"], cursor: "next" });
});

test("days of an earlier choice are not sent with another period", () => {
  expect(writeFilter({ ...readFilter("?ky=chon&tu=2026-01-05"), period: "7" })).toBe("?ky=7");
});

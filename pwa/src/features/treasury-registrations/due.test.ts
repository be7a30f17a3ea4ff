import { expect, test } from "vitest";
import { dueOf } from "./due";

const NOON = Date.parse("2026-11-23T12:00:00+07:00");

test.each([
  ["2026-11-24T11:00:00+07:00", "neutral", "Hạn 11:00 24/11"],
  ["2026-11-23T16:30:00+07:00", "neutral", "Hạn 16:30 hôm nay"],
  ["2026-11-23T13:59:00+07:00", "warning", "Hạn 13:59 hôm nay"],
  ["2026-11-23T11:59:40+07:00", "danger", "Quá hạn 1 phút"],
  ["2026-11-23T09:00:00+07:00", "danger", "Quá hạn 3 giờ"],
  ["2026-11-20T12:00:00+07:00", "danger", "Quá hạn 3 ngày"],
])("what is due at %s is said in its tone", (due_at, tone, sentence) => {
  expect(dueOf({ due_at, late: false }, NOON)).toEqual({ tone, sentence });
});

test("the server's word that it is late counts even when this clock disagrees", () => {
  expect(dueOf({ due_at: "2026-11-23T12:00:30+07:00", late: true }, NOON).tone).toBe("danger");
});

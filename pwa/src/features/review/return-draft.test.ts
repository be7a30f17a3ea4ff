// @vitest-environment happy-dom
import { beforeEach, expect, test } from "vitest";
import { returning } from "../../words/vi/returning";
import { faultOf, keep, NO_REASON, recall, sentenceOf } from "./return-draft";

beforeEach(() => sessionStorage.clear());
const ready = returning.ready;

test("a ready-made reason is enough, own words come after it", () => {
  expect(sentenceOf({ chips: ["wrongAmount"], text: "" }, ready)).toBe("Sai số tiền");
  expect(sentenceOf({ chips: ["wrongAmount", "unclear"], text: " Phải là 5 triệu. " }, ready)).toBe("Sai số tiền; Nội dung chưa rõ. Phải là 5 triệu.");
  expect(faultOf({ chips: ["wrongAmount"], text: "" }, ready)).toBeUndefined();
});

test("every ready-made reason but the last is long enough for the server", () => {
  for (const chip of Object.keys(ready) as (keyof typeof ready)[]) {
    expect(faultOf({ chips: [chip], text: "" }, ready)).toBe(chip === "other" ? "missing" : undefined);
  }
});

test("nothing, too little and too much are three different faults", () => {
  expect(faultOf(NO_REASON, ready)).toBe("missing");
  expect(faultOf({ chips: ["other"], text: "sai" }, ready)).toBe("short");
  expect(faultOf({ chips: ["wrongAmount"], text: "x".repeat(500) }, ready)).toBe("long");
});

test("what was written comes back, and is gone after sending", () => {
  keep("d1", { chips: ["unclear"], text: "Cần hợp đồng" });
  expect(recall("d1")).toEqual({ chips: ["unclear"], text: "Cần hợp đồng" });
  expect(recall("d2")).toEqual(NO_REASON);
  keep("d1", NO_REASON);
  expect(sessionStorage).toHaveLength(0);
});

test("damaged storage begins an empty sheet", () => {
  sessionStorage.setItem("return:d1", "{");
  expect(recall("d1")).toEqual(NO_REASON);
});

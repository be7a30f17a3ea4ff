import { expect, test } from "vitest";
import { barOf, MOVES } from "./moves";
import type { FileSignature } from "./types";

const signature = (verdict: FileSignature["verdict"], verdict_label = "Chữ ký không hợp lệ") => ({ verdict, verdict_label }) as FileSignature;
const VALID = [signature("valid"), signature("valid")];
const tick = (ticked: boolean) => ({ name: String(ticked), label: "", ticked });

test("an arrived registration can be taken up", () => {
  expect(barOf({ actions: ["open"], signatures: VALID, check_list: [] })).toEqual({ main: "open", others: [], resting: false, reason: undefined });
});

test("passing on rests until every item is ticked", () => {
  const bar = barOf({ actions: ["propose", "return"], signatures: VALID, check_list: [tick(true), tick(false)] });
  expect(bar).toMatchObject({ main: "propose", others: ["return"], resting: true, reason: "Còn 1 mục chưa kiểm tra." });
  expect(barOf({ actions: ["propose", "return"], signatures: VALID, check_list: [tick(true)] })).toMatchObject({ resting: false, reason: undefined });
});

test("handing over stands beside, and asks for no valid signature", () => {
  expect(barOf({ actions: ["propose", "hand_over"], signatures: VALID, check_list: [tick(true)] })).toMatchObject({ main: "propose", others: ["hand_over"] });
  expect(barOf({ actions: ["return", "hand_over"], signatures: [signature("altered")], check_list: [] }).others).toEqual(["return", "hand_over"]);
});

test("the approver's main button is approval, the rest stands behind it", () => {
  expect(barOf({ actions: ["send_back", "approve", "reject"], signatures: VALID, check_list: [] })).toMatchObject({ main: "approve", others: ["send_back", "reject"] });
});

test.each(["altered", "wrong_signer", "missing_signature", "indeterminate"] as const)("nothing is approved or passed on while the verdict is %s", (verdict) => {
  const bar = barOf({ actions: [...MOVES], signatures: [signature("valid"), signature(verdict)], check_list: [] });
  expect([bar.main, ...bar.others]).not.toContain("approve");
  expect([bar.main, ...bar.others]).not.toContain("propose");
  expect(bar.reason).toContain("Chữ ký không hợp lệ");
  expect(bar.others).toContain("reject");
});

test("without any signature there is nothing to approve", () => {
  expect(barOf({ actions: ["approve", "reject"], signatures: [], check_list: [] })).toMatchObject({ main: undefined, others: ["reject"] });
});

test("a verdict that is not valid is said where the server offers no approval", () => {
  expect(barOf({ actions: ["return"], signatures: [signature("wrong_signer", "Sai người ký")], check_list: [] }).reason).toContain("Sai người ký");
});

test("somebody who may do nothing sees no button and no reason", () => {
  expect(barOf({ actions: [], signatures: [signature("altered")], check_list: [tick(false)] })).toEqual({ main: undefined, others: [], resting: false, reason: undefined });
});

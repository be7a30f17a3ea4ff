// @vitest-environment happy-dom
import { expect, test } from "vitest";
import { Problem } from "../../api/problem";
import { blockedBy } from "./receive";
import type { Judgement } from "./signatures";

const judged = (...verdicts: Judgement["verdict"][]) =>
  ({ at: "ready", loadedAt: new Date(0), value: verdicts.map((verdict) => ({ verdict, verdict_label: verdict, reason: "", signatures: [] })) }) as const;

test("only a valid verdict over every file lets an officer receive", () => {
  expect(blockedBy(judged("valid", "valid"))).toBeUndefined();
  for (const verdict of ["altered", "wrong_signer", "missing_signature", "indeterminate"] as const) {
    expect(blockedBy(judged("valid", verdict))).toContain(verdict);
  }
});

test("what has not been judged cannot be received", () => {
  expect(blockedBy({ at: "not-asked" })).toBeTruthy();
  expect(blockedBy({ at: "loading" })).toBeTruthy();
  expect(blockedBy(judged())).toBeTruthy();
  expect(blockedBy({ at: "failed", problem: new Problem({ title: "", status: 500, code: "sys.error" }) })).toBeTruthy();
});

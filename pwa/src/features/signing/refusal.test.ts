/// <reference types="node" />
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { offlineProblem, Problem, type ProblemFacts } from "../../api/problem";
import { states } from "../../words/vi/states";
import { refusalOf } from "./refusal";

/** Every reason the server can give. */
const CODES = [...new Set(readFileSync("../backend/api/problems.py", "utf8").match(/(?<=^ {4}")[a-z]+\.[a-z_]+(?=":)/gm))];

const problem = (facts: Partial<ProblemFacts>) => new Problem({ title: "Không được. Chưa có chữ ký nào được tạo.", status: 409, code: "sign.refused", ...facts });

test("there are reasons to hold the refusals against", () => expect(CODES.length).toBeGreaterThan(30));

test.each(CODES)("%s says whether anything was signed, and what happened", (code) => {
  const refusal = refusalOf(problem({ code }));
  expect(refusal.opening).toBe(states.nothingSigned);
  expect(refusal.happened).toBe("Không được.");
});

test("a refused password asks for it again and tells how many tries are left", () => {
  const refusal = refusalOf(problem({ code: "prov.login", status: 422, detail: "Nhập lại mật khẩu.", facts: { attempts_left: 4 } }));
  expect(refusal).toMatchObject({ what: "password", advice: "Nhập lại mật khẩu. Bạn còn 4 lần nhập." });
});

const question = { challenge: "c-1", channel: "message", sent_to: "09•••••123", ends_at: "2026-11-22T03:05:00Z", resend_at: "2026-11-22T03:00:30Z" };

test("a wanted code carries the question", () => {
  expect(refusalOf(problem({ code: "prov.second_factor", facts: question }))).toMatchObject({ what: "second-factor", asked: question });
});

test("a wanted code without a question begins with the password again", () => {
  expect(refusalOf(problem({ code: "prov.second_factor" })).what).toBe("password");
});

test.each([["prov.code_wrong", "code"], ["prov.code_expired", "code"], ["prov.code_exhausted", "password"], ["prov.challenge_over", "password"]])("%s asks for the %s", (code, what) => {
  expect(refusalOf(problem({ code })).what).toBe(what);
});

test("a locked account tells until when", () => {
  const refusal = refusalOf(problem({ code: "prov.locked", facts: { locked_until: "2026-11-22T03:30:00Z" } }));
  expect(refusal).toMatchObject({ what: "stop", advice: "Tài khoản được mở lại lúc 10:30." });
});

test("without an answer the same request may be sent again", () => expect(refusalOf(offlineProblem()).what).toBe("again"));

test("a running request is gone to, not repeated", () => {
  expect(refusalOf(problem({ code: "sign.duplicate", facts: { signing_id: "s-1" } }))).toMatchObject({ what: "running", signingId: "s-1" });
});

test.each([
  { code: "sys.error", status: 500, sign_state: "unknown" as const },
  { code: "sys.error", status: 500 },
  { code: "http.502", status: 502 },
])("after $code with $sign_state nobody is told to sign again", (facts) => {
  expect(refusalOf(problem(facts))).toMatchObject({ what: "unclear", opening: states.unclear });
});

test.each(["voucher.changed", "voucher.stale"])("%s sends the person back to look", (code) => {
  expect(refusalOf(problem({ code })).what).toBe("changed");
});

test("a missing password is told at its field", () => {
  const refusal = refusalOf(problem({ code: "content.invalid", status: 422, fields: [{ path: "provider_password", sentence: "Nhập mật khẩu chứng thư số." }] }));
  expect(refusal).toMatchObject({ what: "password", happened: "Nhập mật khẩu chứng thư số." });
});

import { expect, test } from "vitest";
import { Decision } from "./action";
import { aCertificate, anApprover, aProvider, NOW, prepared } from "../../../tests/support/signing-rows";
import { afterRefusal, firstStage, nextStage, type CodeStage, type Held } from "./flow-stage";
import { prepare, type Dossier, type Prepared } from "./prepare";
import type { Asked, Refusal } from "./refusal";

const first = (change: Partial<Prepared>) => firstStage({ at: "ready", prepared: prepared(change) });
const held = (change: Partial<Held> = {}): Held => ({ prepared: prepared(), approver: anApprover(), password: "bi-mat", ...change });
const refusal = (what: Exclude<Refusal["what"], "running" | "second-factor">): Refusal => ({ opening: "o", happened: "h", what });

test("with a likely approver and no password to type the first sheet is the last one", () => {
  expect(first({ provider: aProvider({ needs_password: false }) }).at).toBe("confirm");
});

test("the last step has nobody to choose", () => {
  expect(first({ approvers: undefined, provider: aProvider({ needs_password: false }) }).at).toBe("confirm");
});

test("without a likely approver the person chooses first", () => {
  expect(first({ approvers: { step: "account_holder", items: [anApprover()], preselected_id: null } }).at).toBe("approver");
});

test("somebody the server would refuse is never taken as the likely one", () => {
  const barred = anApprover({ eligible: false, reason: "Hết hạn ủy quyền" });
  expect(first({ approvers: { step: "account_holder", items: [barred], preselected_id: barred.id } }).at).toBe("approver");
});

test("a password is asked for only where the CA needs one, and once", () => {
  expect(nextStage(held({ password: null })).at).toBe("login");
  expect(nextStage(held()).at).toBe("confirm");
});

test("a refused password is forgotten at once", () => {
  const stage = afterRefusal(held(), refusal("password"));
  expect(stage).toMatchObject({ at: "login", password: null });
});

test.each([["again", "confirm"], ["approver", "approver"], ["changed", "stopped"], ["unclear", "stopped"], ["stop", "stopped"]] as const)("%s leads to %s", (what, at) => {
  expect(afterRefusal(held(), refusal(what)).at).toBe(at);
});

const asked: Asked = { challenge: "c-1", channel: "message", sent_to: "09•••••123", ends_at: "2026-11-22T03:05:00Z", resend_at: "2026-11-22T03:00:30Z" };
const atCode = (): CodeStage => ({ ...held({ password: null }), at: "code", asked, sending: true });

test("a wanted code comes after the password, which is forgotten by then", () => {
  expect(afterRefusal(held(), { opening: "o", happened: "h", what: "second-factor", asked })).toMatchObject({ at: "code", asked, password: null, refusal: undefined, sending: false });
});

test.each([["code", "code"], ["again", "code"], ["password", "login"], ["changed", "stopped"]] as const)("at the code, %s leads to %s", (what, at) => {
  const stage = afterRefusal(atCode(), refusal(what));
  expect(stage.at).toBe(at);
  expect("asked" in stage).toBe(at === "code");
});

test("one decision keeps its key over every retry; another approver is another decision", () => {
  const decision = new Decision();
  const key = decision.keyFor({ expected_version: 3, next_approver_id: "a" });
  expect(decision.keyFor({ expected_version: 3, next_approver_id: "a" })).toBe(key);
  expect(decision.keyFor({ expected_version: 3, next_approver_id: "b" })).not.toBe(key);
  expect(new Decision().keyFor({ expected_version: 3, next_approver_id: "a" })).not.toBe(key);
});

test("without a certificate, or with an expired one, nothing is asked of anybody", async () => {
  const nothing = {} as Dossier;
  expect(await prepare(nothing, null, NOW)).toEqual({ at: "no-certificate" });
  expect(await prepare(nothing, { ...aCertificate, valid_to: "2026-11-22T02:59:59Z" }, NOW)).toMatchObject({ at: "expired" });
});

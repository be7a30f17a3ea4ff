import { expect, test } from "vitest";
import type { Member } from "../registration/parts";
import { kindsOf, whereOf } from "./kinds";

const member = (id: string, permission: Member["permissions"][number], signing_form: Member["signing_form"]) => ({ id, permissions: [permission], signing_form }) as Member;
const TOKENS = { members: [member("a", "accountant", null), member("b", "chief_accountant", "usb_token"), member("c", "account_holder", "usb_token")] };
const REMOTE = { members: [member("a", "accountant", null), member("c", "account_holder", "remote")] };

test("a unit with USB tokens can go over to remote signing, and a unit that signs remotely back", () => {
  expect(kindsOf(TOKENS)).toContain("toRemote");
  expect(kindsOf(TOKENS)).not.toContain("toToken");
  expect(kindsOf(REMOTE)).toContain("toToken");
  expect(kindsOf(REMOTE)).not.toContain("toRemote");
});

test("one's own certificate is changed on one's own screen", () => {
  expect(whereOf("certificate", TOKENS, "c")).toBe("?muc=chu-ky-so&dong=3");
});

test("who does not sign chooses whose certificate is to be changed", () => {
  expect(whereOf("certificate", TOKENS, "a")).toBe("?muc=thanh-vien");
  expect(whereOf("certificate", TOKENS, "somebody else")).toBe("?muc=thanh-vien");
});

test("every other kind leads to its own step", () => {
  expect(whereOf("unit", TOKENS, "c")).toBe("?muc=lien-he");
  expect(whereOf("office", TOKENS, "c")).toBe("?muc=kho-bac");
  expect(whereOf("accounts", TOKENS, "c")).toBe("?muc=tai-khoan");
});

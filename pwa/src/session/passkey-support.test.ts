import { afterEach, expect, test, vi } from "vitest";
import { passkey as words } from "../words/vi/passkey";
import { whyNotHere } from "./passkey-support";

afterEach(() => vi.unstubAllGlobals());

function at(address: string, { secure = true, able = true } = {}): void {
  vi.stubGlobal("isSecureContext", secure);
  vi.stubGlobal("location", new URL(address));
  vi.stubGlobal("PublicKeyCredential", able ? class {} : undefined);
}

test("a passkey works at its own host and below it", () => {
  at("https://kho-bac.example/dang-nhap");
  expect(whyNotHere("kho-bac.example")).toBeUndefined();
  at("https://ky.kho-bac.example/");
  expect(whyNotHere("kho-bac.example")).toBeUndefined();
});

test("over plain HTTP from another device the reason is said", () => {
  at("http://192.168.1.5:8000/", { secure: false });
  expect(whyNotHere("localhost")).toBe(words.needsHttps);
});

test("at another address the right one is said", () => {
  at("https://192.168.1.5:8000/");
  expect(whyNotHere("localhost")).toContain("localhost");
  at("https://khong-phai-kho-bac.example/");
  expect(whyNotHere("kho-bac.example")).toContain("kho-bac.example");
});

test("a browser without passkeys is told apart from a wrong address", () => {
  at("https://kho-bac.example/", { able: false });
  expect(whyNotHere("kho-bac.example")).toBe(words.unsupported);
});

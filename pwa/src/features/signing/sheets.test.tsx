// @vitest-environment happy-dom
import { render, type ComponentChildren } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { GUARD_MS } from "../../ui/button";
import { PickSheet } from "./approver-sheet";
import { ConfirmSheet } from "./confirm-sheet";
import { aCertificate, anApprover, aProvider, prepared } from "../../../tests/support/signing-rows";
import { LoginSheet } from "./login-sheet";
import type { Approver, Dossier } from "./prepare";

let root: HTMLElement;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date", "performance"] });
  root = document.body.appendChild(document.createElement("div"));
});
afterEach(() => {
  act(() => render(null, root));
  root.remove();
  vi.useRealTimers();
});
const show = (what: ComponentChildren) => act(() => render(what, root));
const button = (name: string) => [...root.querySelectorAll("button")].find((one) => one.textContent === name);
const press = (name: string) => act(() => button(name)?.click());
const password = () => root.querySelector<HTMLInputElement>("#provider-password");

function type(input: HTMLInputElement | null, text: string) {
  if (!input) throw new Error("no such field");
  act(() => {
    input.value = text;
    input.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

const people = (n: number): Approver[] => Array.from({ length: n }, (_, i) => anApprover({ id: `p${i}`, full_name: `Nguyễn Văn ${String.fromCharCode(65 + i)}` }));
const pick = (items: Approver[], preselected_id: string | null, onPicked = vi.fn()) => {
  show(<PickSheet list={{ at: "ready", value: { step: "account_holder", items, preselected_id }, loadedAt: new Date() }} reload={() => undefined} account="9527.1.1234567" onPicked={onPicked} onClosed={() => undefined} />);
  return onPicked;
};

test("the likely approver is chosen already", () => {
  const onPicked = pick(people(3), "p1");
  vi.advanceTimersByTime(GUARD_MS + 1);
  press("Chọn Nguyễn Văn B");
  expect(onPicked).toHaveBeenCalledWith(expect.objectContaining({ id: "p1" }));
});

test("somebody who would be refused stays readable with the reason and cannot be chosen", () => {
  pick([anApprover({ eligible: false, reason: "Hết hạn ủy quyền" })], null);
  expect(root.textContent).toContain("Hết hạn ủy quyền");
  expect(root.querySelector<HTMLInputElement>("input[type=radio]")?.disabled).toBe(true);
  expect(button("Chọn người duyệt")?.getAttribute("aria-disabled")).toBe("true");
  expect(root.textContent).toContain("Chưa có người đủ quyền duyệt với tài khoản 9527.1.1234567.");
});

test("seven people need no search, eight do, and diacritics do not matter in it", () => {
  pick(people(7), null);
  expect(root.querySelector("input[type=search]")).toBeNull();
  pick([...people(7), anApprover({ id: "x", full_name: "Đỗ Thu Hường" })], null);
  type(root.querySelector("input[type=search]"), "do thu huong");
  expect([...root.querySelectorAll(".choice-title")].map((name) => name.textContent)).toEqual(["Đỗ Thu Hường"]);
});

test("a CA that needs no password shows no field for one", () => {
  const onPassword = vi.fn();
  show(<LoginSheet provider={aProvider({ needs_password: false })} certificate={aCertificate} refusal={undefined} onPassword={onPassword} onClosed={() => undefined} />);
  expect(password()).toBeNull();
  vi.advanceTimersByTime(GUARD_MS + 1);
  press("Tiếp tục");
  expect(onPassword).toHaveBeenCalledWith(null);
});

test("the password is typed or pasted, shown on wish, and stored nowhere", () => {
  const onPassword = vi.fn();
  show(<LoginSheet provider={aProvider()} certificate={aCertificate} refusal={undefined} onPassword={onPassword} onClosed={() => undefined} />);
  expect(root.textContent).toContain("Chỉ dùng để gửi yêu cầu ký lần này. Hệ thống không lưu mật khẩu.");
  expect(password()?.getAttribute("autocomplete")).toBe("off");
  expect(password()?.value).toBe("");
  const paste = new Event("paste", { bubbles: true, cancelable: true });
  password()?.dispatchEvent(paste);
  expect(paste.defaultPrevented).toBe(false);
  type(password(), "bi-mat-123");
  expect(password()?.type).toBe("password");
  act(() => root.querySelector<HTMLButtonElement>('button[aria-label="Hiện mật khẩu"]')?.click());
  expect(password()?.type).toBe("text");
  vi.advanceTimersByTime(GUARD_MS + 1);
  press("Tiếp tục");
  expect(onPassword).toHaveBeenCalledWith("bi-mat-123");
  expect(JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, location.href])).not.toContain("bi-mat-123");
});

test("an empty password is asked for at its field", () => {
  const onPassword = vi.fn();
  show(<LoginSheet provider={aProvider()} certificate={aCertificate} refusal={undefined} onPassword={onPassword} onClosed={() => undefined} />);
  vi.advanceTimersByTime(GUARD_MS + 1);
  press("Tiếp tục");
  expect(onPassword).not.toHaveBeenCalled();
  expect(document.activeElement).toBe(password());
  expect(password()?.getAttribute("aria-invalid")).toBe("true");
});

const payee = { payee_kind: "bank_account", payee_name: "Công ty Điện lực", payee_account: "00110022003305", payee_bank_code: "01203001", payee_treasury_code: null, receiver_name: null, receiver_id_number: null };
const dossier = { amount: 12_500_000, content: "Tiền điện tháng 10", payee_name: "Công ty Điện lực", treasury: { code: "0064", name: "Kho bạc Nhà nước Khu vực I" }, vouchers: [{ id: "v", amount: 12_500_000, content: { payee }, payee_place: "Ngân hàng Ngoại thương" }] } as unknown as Dossier;

test("the last look shows amount, payee, account, content and who is next, and is deaf at first", () => {
  const onSign = vi.fn();
  const ready = prepared();
  show(<ConfirmSheet dossier={dossier} prepared={ready} approver={anApprover()} sending={false} refusal={undefined} onSign={onSign} onChangeApprover={() => undefined} onClosed={() => undefined} />);
  for (const text of ["12.500.000", "Mười hai triệu năm trăm nghìn đồng", "Công ty Điện lực", "0011\u00a00022\u00a00033\u00a005", "Ngân hàng Ngoại thương", "Tiền điện tháng 10", "Nguyễn Hữu Khải", "VNPT SmartCA"]) {
    expect(root.textContent).toContain(text);
  }
  press("Ký 12.500.000 đồng");
  expect(onSign).not.toHaveBeenCalled();
  vi.advanceTimersByTime(GUARD_MS + 1);
  press("Ký 12.500.000 đồng");
  expect(onSign).toHaveBeenCalledTimes(1);
});

test("while it is being sent the button is deaf and the sheet stays", () => {
  const onSign = vi.fn();
  const onClosed = vi.fn();
  show(<ConfirmSheet dossier={dossier} prepared={prepared({ approvers: undefined })} approver={undefined} sending refusal={undefined} onSign={onSign} onChangeApprover={() => undefined} onClosed={onClosed} />);
  vi.advanceTimersByTime(GUARD_MS + 1);
  press("Đang gửi yêu cầu ký…");
  act(() => void root.querySelector("dialog")?.dispatchEvent(new Event("cancel", { cancelable: true })));
  expect([onSign.mock.calls.length, onClosed.mock.calls.length]).toEqual([0, 0]);
  expect(root.textContent).toContain("Kho bạc Nhà nước Khu vực I");
});

// @vitest-environment happy-dom
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { aProvider, NOW } from "../../../tests/support/signing-rows";
import { GUARD_MS } from "../../ui/button";
import { CodeSheet, type CodeSheetProps } from "./code-sheet";
import type { Asked, Refusal } from "./refusal";

const asked = (change: Partial<Asked> = {}): Asked => ({ challenge: "c-1", channel: "message", sent_to: "09•••••123", ends_at: "2026-11-22T03:05:00Z", resend_at: "2026-11-22T03:00:30Z", ...change });
const refused = (what: "code" | "again"): Refusal => ({ opening: "Chưa có chữ ký nào được tạo.", happened: "MISA CA báo mã xác thực chưa đúng.", what });

let root: HTMLElement;
beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
  root = document.body.appendChild(document.createElement("div"));
});
afterEach(() => {
  act(() => render(null, root));
  root.remove();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

function show(change: Partial<CodeSheetProps> = {}) {
  const heard = { onCode: vi.fn(), onAsked: vi.fn(), onRefused: vi.fn(), onBack: vi.fn(), onClosed: vi.fn() };
  const draw = (more: Partial<CodeSheetProps> = {}) =>
    act(() => render(<CodeSheet provider={aProvider({ slug: "misa", name: "MISA CA", app_name: "MISA eSign" })} asked={asked()} sending={false} refusal={undefined} {...heard} {...change} {...more} />, root));
  draw();
  return { ...heard, draw };
}

const field = () => root.querySelector<HTMLInputElement>("#second-factor-code");
const button = (name: string) => [...root.querySelectorAll("button")].find((one) => one.textContent === name);
const press = (name: string) => act(() => button(name)?.click());
const wake = () => act(() => void vi.advanceTimersByTime(GUARD_MS + 1));

function type(text: string) {
  const input = field();
  if (!input) throw new Error("no field");
  act(() => {
    input.value = text;
    input.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

test("the field takes digits only, six of them, and the phone may offer the code", () => {
  const { onCode } = show();
  expect([field()?.inputMode, field()?.autocomplete]).toEqual(["numeric", "one-time-code"]);
  expect(document.activeElement).toBe(field());
  type("12 34-56789");
  expect(field()?.value).toBe("123456");
  wake();
  press("Tiếp tục");
  expect(onCode).toHaveBeenCalledWith("123456");
});

test("half a code costs no try", () => {
  const { onCode } = show();
  type("123");
  wake();
  press("Tiếp tục");
  expect(onCode).not.toHaveBeenCalled();
  expect(root.textContent).toContain("Nhập đủ 6 số của mã.");
});

test("the sheet says where the code is, and that nothing was sent yet", () => {
  show();
  expect(root.textContent).toContain("Nhập mã 6 số MISA CA vừa gửi tới 09•••••123.");
  expect(root.textContent).toContain("Chưa có yêu cầu ký nào được gửi.");
});

test("the code of an app is not sent again", () => {
  show({ asked: asked({ channel: "authenticator", sent_to: null, resend_at: null }) });
  expect(root.textContent).toContain("Mở ứng dụng xác thực trên điện thoại");
  expect(root.textContent).not.toContain("Gửi lại mã");
});

test("a code is sent again after the wait, and the new question counts", async () => {
  const { onAsked } = show();
  expect(button("Gửi lại mã (còn 30 giây)")?.getAttribute("aria-disabled")).toBe("true");
  const fresh = asked({ challenge: "c-2" });
  const fetched = vi.fn(async () => new Response(JSON.stringify(fresh), { headers: { "content-type": "application/json" } }));
  vi.stubGlobal("fetch", fetched);
  act(() => void vi.advanceTimersByTime(30_000));
  press("Gửi lại mã");
  await act(() => vi.waitFor(() => expect(onAsked).toHaveBeenCalledWith(fresh)));
  expect(JSON.stringify(fetched.mock.calls)).toContain("c-1");
});

test("a refused code is emptied, one that did not arrive stays", () => {
  const { draw } = show();
  type("123456");
  draw({ refusal: refused("again") });
  expect(field()?.value).toBe("123456");
  draw({ refusal: refused("code") });
  expect(field()?.value).toBe("");
  expect(root.querySelector("[role=alert]")?.textContent).toContain("mã xác thực chưa đúng");
});

test("while it is being sent nothing can be sent twice, and the way back is closed", () => {
  const { onCode, onBack, draw } = show();
  type("123456");
  draw({ sending: true });
  wake();
  press("Đang gửi yêu cầu ký…");
  press("Quay lại");
  expect([onCode.mock.calls.length, onBack.mock.calls.length]).toEqual([0, 0]);
});

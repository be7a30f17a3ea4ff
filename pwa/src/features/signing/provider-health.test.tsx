// @vitest-environment happy-dom
import { render, type ComponentChildren } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { aCertificate, aProvider, aSigning, failedWith, NOW, prepared } from "../../../tests/support/signing-rows";
import { ConfirmSheet } from "./confirm-sheet";
import { viewOf } from "./ending";
import { EndedPage } from "./ended";
import { LoginSheet } from "./login-sheet";
import type { Dossier, Provider } from "./prepare";
import { statusOf } from "./waiting";

let root: HTMLElement;
let answers: Provider["health"];
const DOWN: Provider["health"] = { state: "down", retry_at: new Date(NOW + 20_000).toISOString() };

beforeEach(() => {
  vi.useFakeTimers({ now: NOW, toFake: ["Date", "performance", "setInterval", "clearInterval"] });
  sessionStorage.clear();
  vi.stubGlobal("fetch", vi.fn(async () => new Response(JSON.stringify({ items: [aProvider({ health: answers })] }), { headers: { "Content-Type": "application/json" } })));
  root = document.body.appendChild(document.createElement("div"));
});
afterEach(() => {
  act(() => render(null, root));
  root.remove();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const show = (what: ComponentChildren) => act(() => render(what, root));
const button = (name: string) => [...root.querySelectorAll("button")].find((one) => one.textContent === name);
const isShut = (name: string) => button(name)?.getAttribute("aria-disabled") === "true" || button(name)?.disabled === true;
const pass = async (ms: number) => {
  await act(async () => void vi.advanceTimersByTime(ms));
  // The answer comes by tasks of its own.
  for (let turn = 0; turn < 5; turn++) await act(() => new Promise<void>((go) => setTimeout(go, 0)));
};

const dossier = { id: "d", amount: 12_500_000, content: "Tiền điện", treasury: { name: "Kho bạc" }, vouchers: [] } as unknown as Dossier;
const confirm = (health: Provider["health"]) =>
  show(<ConfirmSheet dossier={dossier} prepared={prepared({ provider: aProvider({ health }) })} approver={undefined} sending={false} refusal={undefined} onSign={() => undefined} onChangeApprover={() => undefined} onClosed={() => undefined} />);

test("of a CA that answers nothing is said", () => {
  confirm({ state: "ok", retry_at: null });
  expect(root.textContent).not.toMatch(/phản hồi chậm|sự cố/);
});

test("a slow CA is told before the person starts, and they may still sign", () => {
  confirm({ state: "slow", retry_at: null });
  expect(root.textContent).toContain("VNPT CA phản hồi chậm.");
  expect(isShut("Ký 12.500.000 đồng")).toBe(false);
});

test("a CA that is down keeps the button shut and counts down to the next try", async () => {
  answers = DOWN;
  confirm(DOWN);
  expect(isShut("Ký 12.500.000 đồng")).toBe(true);
  expect(root.textContent).toContain("Thử lại được sau 20 giây.");
  await pass(4_000);
  expect(root.textContent).toContain("Thử lại được sau 16 giây.");
});

test("when the next try is due the person's own may be it", async () => {
  answers = DOWN;
  confirm(DOWN);
  await pass(21_000);
  expect(isShut("Ký 12.500.000 đồng")).toBe(false);
});

test("a CA that is back is seen without closing the sheet", async () => {
  confirm(DOWN);
  answers = { state: "ok", retry_at: null };
  await pass(5_000);
  expect(root.textContent).not.toContain("sự cố");
  expect(isShut("Ký 12.500.000 đồng")).toBe(false);
});

test("nobody types a password for a CA that is down", () => {
  answers = DOWN;
  show(<LoginSheet provider={aProvider({ health: DOWN })} certificate={aCertificate} refusal={undefined} onPassword={() => undefined} onClosed={() => undefined} />);
  expect(isShut("Tiếp tục")).toBe(true);
  expect(root.textContent).toContain("VNPT CA đang gặp sự cố.");
});

test("while waiting, a slow CA is named and nobody is told to sign again", () => {
  expect(statusOf(aSigning(), "waiting", true, true)).toBe("VNPT CA phản hồi chậm. Vẫn đang chờ, bạn không cần ký lại.");
});

test("after an ending one may still say that one did not ask, and then nothing is offered to sign again", async () => {
  const signing = failedWith("prov.quota");
  const view = viewOf(signing, NOW);
  if (view.at !== "ended") throw new Error(view.at);
  show(<EndedPage signing={signing} ending={view.ending} />);
  act(() => button("Tôi không yêu cầu ký")?.click());
  expect(root.textContent).toContain("yêu cầu ký mới của bạn bị chặn cho đến khi bạn gỡ");
  vi.stubGlobal("fetch", vi.fn(async () => new Response(JSON.stringify(signing), { headers: { "Content-Type": "application/json" } })));
  vi.setSystemTime(NOW + 2_000);
  vi.advanceTimersByTime(2_000);
  await act(async () => button("Báo sự việc và chặn ký")?.click());
  await pass(10);
  expect(root.textContent).toContain("Yêu cầu ký mới của bạn đang bị chặn.");
  expect(root.querySelector('a[href="/tai-khoan"]')).not.toBeNull();
  expect(button("Ký lại")).toBeUndefined();
});

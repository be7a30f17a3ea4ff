// @vitest-environment happy-dom
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { MakerActions } from "./maker-actions";
import { offered } from "./offered";
import type { Dossier } from "./perform";

function dossier(status: string, ...actions: [string, boolean][]): Dossier {
  return { id: "d1", code: "1990001261122132757", status, version: 3, vouchers: [], actions: actions.map(([action, allowed]) => ({ action, allowed, reason: null })) } as unknown as Dossier;
}

describe("the maker's actions", () => {
  let root: HTMLElement;
  beforeEach(() => {
    root = document.createElement("div");
    document.body.append(root);
  });
  afterEach(() => {
    act(() => render(null, root));
    root.remove();
  });
  const show = (one: Dossier) => act(() => render(<MakerActions dossier={one} onChanged={() => undefined} />, root));
  const buttons = () => [...root.querySelectorAll(".button")].map((button) => button.textContent);

  it("are none where the server offers none, nor those it offers to nobody", () => {
    expect(offered(dossier("paid"))).toEqual([]);
    expect(offered(dossier("draft", ["edit", false], ["sign", true], ["return", true]))).toEqual([]);
    show(dossier("paid"));
    expect(buttons()).toEqual([]);
  });

  it("are at most two buttons, the likeliest last, the others behind one of them", () => {
    show(dossier("draft", ["edit", true], ["submit", true], ["cancel", true]));
    expect(buttons()).toEqual(["Thao tác khác", "Kiểm tra và gửi"]);
    show(dossier("returned_by_chief_accountant", ["reopen", true], ["cancel", true]));
    expect(buttons()).toEqual(["Hủy hồ sơ", "Sửa"]);
    show(dossier("awaiting_chief_accountant", ["reassign", true], ["withdraw", true]));
    expect(buttons()).toEqual(["Đổi người duyệt", "Thu hồi"]);
  });

  it("ask for a reason before giving up, and keep what was written when the sheet is closed", () => {
    const one = dossier("returned_by_chief_accountant", ["reopen", true], ["cancel", true]);
    show(one);
    const press = (name: string) => act(() => [...root.querySelectorAll<HTMLElement>("button")].filter((button) => button.textContent === name).at(-1)?.click());
    press("Hủy hồ sơ");
    const field = () => root.querySelector<HTMLTextAreaElement>("#maker-reason");
    const typed = field();
    expect(typed).not.toBeNull();
    act(() => {
      if (typed) typed.value = "Lập trùng";
      typed?.dispatchEvent(new Event("input", { bubbles: true }));
    });
    press("Không hủy");
    expect(field()).toBeNull();
    press("Hủy hồ sơ");
    expect(field()?.value).toBe("Lập trùng");
  });
});

// @vitest-environment happy-dom
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { aSigning, NOW } from "../../../tests/support/signing-rows";
import { groupsOfFour, HINT_AFTER_S, SLOW_AFTER_S, statusOf, stepsOf, WaitingPage, type Part } from "./waiting";

let root: HTMLElement;
/** The phone's clock is three minutes slow; the server's is right. */
const SLOW_PHONE_MS = 180_000;
const serverClock = () => Date.now() + SLOW_PHONE_MS;

beforeEach(() => {
  vi.useFakeTimers({ now: NOW - SLOW_PHONE_MS, toFake: ["Date", "setInterval", "clearInterval", "setTimeout", "clearTimeout"] });
  root = document.body.appendChild(document.createElement("div"));
});
afterEach(() => {
  act(() => render(null, root));
  root.remove();
  vi.useRealTimers();
});

const ended = vi.fn();
const show = (change: Parameters<typeof aSigning>[0] = {}, part: Part = "waiting") =>
  act(() => render(<WaitingPage signing={aSigning(change)} part={part} now={serverClock} lost={false} onDeadline={ended} onAnswer={() => undefined} />, root));
const figures = () => root.querySelector(".timer-figures")?.textContent;
const pass = (seconds: number) => act(() => void vi.advanceTimersByTime(seconds * 1000));

test("counts down to the server's deadline by the server's clock, not the phone's", () => {
  show();
  expect(figures()).toBe("5:00");
  pass(61);
  expect(figures()).toBe("3:59");
});

test("is right at once when the phone wakes up", () => {
  show();
  // Asleep, no timer runs; only the clock has moved.
  vi.setSystemTime(NOW - SLOW_PHONE_MS + 200_000);
  act(() => void document.dispatchEvent(new Event("visibilitychange")));
  expect(figures()).toBe("1:40");
});

test("asks the server when the deadline has passed", () => {
  ended.mockClear();
  show();
  pass(301);
  expect(figures()).toBe("0:00");
  expect(ended).toHaveBeenCalledTimes(1);
});

test("the code is read digit by digit and stands in two groups of four", () => {
  show();
  expect(root.querySelector(".code")?.getAttribute("aria-label")).toBe("Mã đối chiếu: 4, 8, 2, 7, 1, 9, 0, 3");
  expect([...root.querySelectorAll(".code-group")].map((group) => group.textContent)).toEqual(["4827", "1903"]);
  expect(groupsOfFour("")).toEqual([]);
});

test("where the app cannot show a code there is none, but a sentence to compare", () => {
  show({ comparison_code: null });
  expect(root.querySelector(".code")).toBeNull();
  expect(root.textContent).toContain("Kiểm tra trong VNPT SmartCA: 12.500.000 đồng, chứng từ UNC-118.");
});

test("without a link the app is named, with one there is a button", () => {
  show();
  expect(root.textContent).toContain("Hãy mở VNPT SmartCA trên điện thoại của bạn.");
  show({ deep_link: "smartca://open" });
  expect(root.querySelector('a[href="smartca://open"]')?.textContent).toBe("Mở VNPT SmartCA");
});

test("after a while without a notification there is a hint", () => {
  show();
  pass(HINT_AFTER_S - 2);
  expect(root.textContent).not.toContain("Chưa thấy thông báo?");
  pass(3);
  expect(root.textContent).toContain("Chưa thấy thông báo?");
});

test("a slow CA is named, and nobody is told to sign again", () => {
  show({}, "sending");
  expect(root.textContent).not.toContain("phản hồi chậm");
  pass(SLOW_AFTER_S + 2);
  expect(root.textContent).toContain("VNPT CA phản hồi chậm. Vẫn đang chờ, bạn không cần ký lại.");
});

test("offline the person may still confirm in the app", () => {
  expect(statusOf(aSigning(), "waiting", false, false)).toBe("Mất mạng. Bạn vẫn có thể xác nhận trong VNPT SmartCA; kết quả sẽ hiện khi có mạng.");
});

test("each part has one step under way", () => {
  for (const part of ["sending", "waiting", "checking"] as const) expect(stepsOf(part).filter(({ state }) => state === "now").length).toBe(1);
});

test("once the signature is in, it can no longer be cancelled", () => {
  show({}, "checking");
  expect([...root.querySelectorAll("button")].map((button) => button.textContent)).not.toContain("Hủy yêu cầu ký");
});

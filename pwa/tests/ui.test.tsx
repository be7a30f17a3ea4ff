// @vitest-environment happy-dom
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Button, GUARD_MS } from "../src/ui/button";
import { Sheet } from "../src/ui/sheet";
import { asClock, markPassed, secondsLeft, Timer } from "../src/ui/timer";
import { keepInside, WHOLE, zoomAt } from "../src/ui/zoom";
import { ErrorState } from "../src/ui/states";

let root: HTMLElement;
beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000, toFake: ["Date", "performance", "setInterval", "clearInterval", "setTimeout", "clearTimeout"] });
  root = document.body.appendChild(document.createElement("div"));
});
afterEach(() => {
  act(() => render(null, root));
  root.remove();
  vi.useRealTimers();
});
const show = (what: preact.ComponentChildren) => act(() => render(what, root));
const button = (name: string) => [...document.querySelectorAll("button")].find((one) => one.textContent === name || one.getAttribute("aria-label") === name);

test("a sheet puts the focus on its title and gives it back when it closes", () => {
  const opener = document.body.appendChild(document.createElement("button"));
  opener.focus();
  show(<Sheet open title="Xác nhận" onClose={() => undefined}>x</Sheet>);
  expect(document.activeElement?.textContent).toBe("Xác nhận");
  expect(document.querySelector("dialog")?.open).toBe(true);
  show(<Sheet open={false} title="Xác nhận" onClose={() => undefined}>x</Sheet>);
  expect(document.querySelector("dialog")).toBeNull();
  expect(document.activeElement).toBe(opener);
  opener.remove();
});

test("Esc and the close button both ask the owner to close", () => {
  const onClose = vi.fn();
  show(<Sheet open title="Xác nhận" onClose={onClose}>x</Sheet>);
  act(() => void document.querySelector("dialog")?.dispatchEvent(new Event("cancel", { cancelable: true })));
  act(() => button("Đóng")?.click());
  expect(onClose).toHaveBeenCalledTimes(2);
});

test("a commit button is deaf for half a second after it appears", () => {
  const onClick = vi.fn();
  show(<Button guard onClick={onClick}>Ký</Button>);
  button("Ký")?.click();
  expect(onClick).not.toHaveBeenCalled();
  vi.advanceTimersByTime(GUARD_MS);
  button("Ký")?.click();
  expect(onClick).toHaveBeenCalledOnce();
});

test("a busy button stays, says what it does and ignores taps", () => {
  const onClick = vi.fn();
  show(<Button busy="Đang gửi…" onClick={onClick}>Ký</Button>);
  button("Đang gửi…")?.click();
  expect(onClick).not.toHaveBeenCalled();
  expect(button("Đang gửi…")?.getAttribute("aria-busy")).toBe("true");
});

test("the last second counts until it is over, and nothing is below zero", () => {
  expect(secondsLeft(10_000, 9_001)).toBe(1);
  expect(secondsLeft(10_000, 10_000)).toBe(0);
  expect(secondsLeft(10_000, 99_000)).toBe(0);
  expect(asClock(125)).toEqual({ minutes: "2", seconds: "05" });
});

test.each([
  [121, 120, 120], [61, 60, 60], [31, 30, 30], [11, 10, 10], [119, 118, undefined], [130, 25, 30], [5, 0, undefined],
])("from %d to %d seconds the mark spoken is %s", (before, now, mark) => expect(markPassed(before, now)).toBe(mark));

test("the timer follows the server's clock, speaks at the marks and ends once", () => {
  const onEnd = vi.fn();
  let now = 0;
  show(<Timer deadline={new Date(62_000).toISOString()} totalSeconds={120} now={() => now} onEnd={onEnd} />);
  expect(root.querySelector(".timer-figures")?.textContent).toBe("1:02");
  const pass = (to: number) => {
    now = to;
    act(() => void vi.advanceTimersByTime(250));
  };
  pass(2_000);
  expect(document.querySelector("body > [role=status]")?.textContent).toBe("Còn 1 phút 0 giây");
  pass(62_000);
  pass(63_000);
  expect(onEnd).toHaveBeenCalledOnce();
  expect(root.querySelector("[role=timer]")?.getAttribute("aria-live")).toBe("off");
});

test("an unclear result never offers to try again", () => {
  show(<ErrorState signState="unknown" happened="x" onRetry={() => undefined} />);
  expect(button("Thử lại")).toBeUndefined();
  expect(root.textContent).toContain("đừng ký lại");
});

test("zooming keeps the point under the fingers and the picture in the frame", () => {
  const near = zoomAt(WHOLE, 2, 100, 50);
  expect(near).toEqual({ scale: 2, x: -100, y: -50 });
  expect(keepInside({ scale: 2, x: -900, y: 900 }, { width: 400, height: 600 })).toEqual({ scale: 2, x: -200, y: 300 });
  expect(zoomAt(WHOLE, 0.1, 0, 0).scale).toBe(1);
});

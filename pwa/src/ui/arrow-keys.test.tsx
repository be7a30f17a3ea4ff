// @vitest-environment happy-dom
import { render } from "preact";
import { afterEach, beforeEach, expect, test } from "vitest";
import { arrowThrough } from "./arrow-keys";

beforeEach(() => {
  render(
    <ul onKeyDown={arrowThrough}>
      {["a", "b", "c"].map((name) => <li key={name}><a class="row-card" href={`/${name}`}>{name}</a></li>)}
    </ul>,
    document.body,
  );
  rows()[0]?.focus();
});
afterEach(() => render(null, document.body));

const rows = () => [...document.querySelectorAll("a")];
const press = (key: string, more: KeyboardEventInit = {}) => document.activeElement?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more }));
const here = () => document.activeElement?.textContent;

test("the arrows go from row to row and stop at both ends", () => {
  press("ArrowUp");
  expect(here()).toBe("a");
  press("ArrowDown");
  expect(here()).toBe("b");
  press("End");
  press("ArrowDown");
  expect(here()).toBe("c");
  press("Home");
  expect(here()).toBe("a");
});

test("an arrow with Alt is left to the browser", () => {
  press("ArrowDown", { altKey: true });
  expect(here()).toBe("a");
});

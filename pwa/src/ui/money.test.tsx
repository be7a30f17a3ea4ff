// @vitest-environment happy-dom
import { render } from "preact";
import { useState } from "preact/hooks";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { amountInWords } from "../words/amount-in-words";
import { MoneyField } from "./field";
import { caretBefore, digitsOf } from "./money";

describe("reading an amount", () => {
  it.each([
    ["12500000", "12500000"],
    ["12.500.000", "12500000"],
    ["12.500.000 đồng", "12500000"],
    ["12.500.000,00", "12500000"],
    ["12,500,000.00", "12500000"],
    ["12,500,000", "12500000"],
    ["1.00", "100"],
    ["007", "7"],
    ["0", "0"],
    ["-5", "5"],
    ["", ""],
    ["abc", ""],
    ["1234567890123456789", "123456789012345"],
  ])("%s → %s", (typed, digits) => expect(digitsOf(typed)).toBe(digits));

  it("keeps the caret before the same digits", () => {
    expect(caretBefore("1.234.567", 3)).toBe(5);
    expect(caretBefore("1.234.567", 2)).toBe(7);
    expect(caretBefore("1.234.567", 0)).toBe(9);
    expect(caretBefore("1.234", 9)).toBe(0);
  });
});

describe("money field", () => {
  let root: HTMLElement;
  beforeEach(() => {
    root = document.createElement("div");
    document.body.append(root);
  });
  afterEach(() => {
    act(() => render(null, root));
    root.remove();
  });

  function Sum() {
    const [value, setValue] = useState("");
    return <MoneyField label="Số tiền" value={value} onValue={setValue} inWords={amountInWords} />;
  }

  function type(input: HTMLInputElement, text: string, caret = text.length) {
    input.value = text;
    input.setSelectionRange(caret, caret);
    act(() => void input.dispatchEvent(new Event("input", { bubbles: true })));
  }

  it("puts dots while typing and says the amount in words below", () => {
    act(() => render(<Sum />, root));
    const input = root.querySelector("input") ?? document.createElement("input");
    type(input, "18690000");
    expect(input.value).toBe("18.690.000");
    expect(root.querySelector(".field-after")?.textContent).toBe("Mười tám triệu sáu trăm chín mươi nghìn đồng");
  });

  it("keeps the caret in place when a digit is typed in the middle, and restores a dot that was deleted", () => {
    act(() => render(<Sum />, root));
    const input = root.querySelector("input") ?? document.createElement("input");
    type(input, "1000");
    type(input, "15.000", 2);
    expect(input.value).toBe("15.000");
    expect(input.selectionStart).toBe(2);
    type(input, "15000", 2);
    expect(input.value).toBe("15.000");
    expect(input.selectionStart).toBe(2);
  });
});

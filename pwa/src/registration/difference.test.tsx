// @vitest-environment happy-dom
import { render } from "preact";
import { afterEach, expect, test } from "vitest";
import { Difference } from "./difference";

afterEach(() => render(null, document.body));

test("each field is read with what it is and then what it will be", () => {
  render(<Difference rows={[{ group: "Đơn vị", label: "Email", before: "cu@donvi.example", after: "moi@donvi.example" }]} />, document.body);
  const heard = document.querySelector("li")?.textContent?.replace(/\s+/g, " ");
  expect(heard).toBe("EmailHiện tại cu@donvi.exampleThay đổi moi@donvi.example");
});

test("what was not there, or will not be, is said in words", () => {
  render(<Difference rows={[{ group: "Thành viên", label: "Lê Minh Đức", before: "", after: "Ủy quyền Chủ tài khoản" }]} />, document.body);
  expect(document.querySelector(".difference-before")?.textContent).toBe("Hiện tại Không có");
});

test("the columns' heads are for the eye only: every value carries its own", () => {
  render(<Difference rows={[]} />, document.body);
  expect(document.querySelector(".difference-head")?.getAttribute("aria-hidden")).toBe("true");
});

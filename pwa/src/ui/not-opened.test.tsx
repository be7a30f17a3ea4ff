// @vitest-environment happy-dom
import { render } from "preact";
import { afterEach, expect, it } from "vitest";
import type { Problem } from "../api/problem";
import { NotOpened } from "./not-opened";

afterEach(() => render(null, document.body));

function says(status: number, words: { denied?: string; missing?: string }): string {
  const problem = { status, title: "Bạn chỉ có quyền xem chứng từ này.", isOffline: false, fields: [] } as unknown as Problem;
  render(<NotOpened problem={problem} lost="Mất mạng." out={{ href: "/", label: "Về danh sách" }} onRetry={() => undefined} {...words} />, document.body);
  return document.body.textContent ?? "";
}

it("says what is missing or denied in the words of the screen, where it has them", () => {
  const words = { denied: "Chỉ cán bộ Kho bạc mở được.", missing: "Không tìm thấy hồ sơ." };
  expect(says(403, words)).toContain("Chỉ cán bộ Kho bạc mở được.");
  expect(says(404, words)).toContain("Không tìm thấy hồ sơ.");
  expect(says(404, words)).not.toContain("chứng từ");
  expect(says(403, {})).toContain("Bạn chỉ có quyền xem chứng từ này.");
});

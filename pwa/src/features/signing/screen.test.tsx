// @vitest-environment happy-dom
/// <reference types="node" />
/** The screen against a real server over loopback: what it shows comes from `GET /api/signings/{id}` and nothing else. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { connection, deliver } from "../../realtime/listen";
import { states } from "../../words/vi/states";
import { result } from "../../words/vi/result";
import type { Signing } from "./ending";
import { aSigning, failedWith, settled } from "../../../tests/support/signing-rows";
import { Screen } from "./screen";

const ID = aSigning().id;
const NOTHING = { items: [], next_cursor: null, count: 0, total_amount: 0, urgent_count: 0, documents: [] };

let server: Server;
let told: { status: number; body: unknown };
let asked: string[];
let root: HTMLElement;

beforeEach(async () => {
  asked = [];
  server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    const about = request.url?.startsWith(`/api/signings/${ID}`) ? told : { status: 200, body: NOTHING };
    response.writeHead(about.status, { "content-type": about.status < 400 ? "application/json" : "application/problem+json" });
    response.end(JSON.stringify(about.body));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  (window as unknown as { happyDOM: { setURL(url: string): void } }).happyDOM.setURL(`http://127.0.0.1:${port}/ky/${ID}`);
  connection.set("live");
  sessionStorage.clear();
  root = document.body.appendChild(document.createElement("div"));
});
afterEach(() => {
  act(() => render(null, root));
  root.remove();
  server.closeAllConnections();
  server.close();
});

const tell = (signing: Signing) => (told = { status: 200, body: signing });
const says = (text: string) => vi.waitFor(() => expect(root.textContent).toContain(text), { timeout: 4_000 });
const open = () => act(() => render(<Screen params={{ id: ID }} />, root));
const reads = () => asked.filter((line) => line === `GET /api/signings/${ID}`).length;
const knock = (more: object = {}) => act(() => deliver({ type: "signing.changed", id: ID, seq: 7, ...more }));

async function reread(before: number) {
  await vi.waitFor(() => expect(reads()).toBeGreaterThan(before), { timeout: 4_000 });
  // One turn more, so that what was read would be on the screen.
  await act(() => new Promise((done) => setTimeout(done, 30)));
}

test("an event that claims success shows nothing while the row is not settled", async () => {
  tell(aSigning());
  open();
  await says("Mã đối chiếu");
  const before = reads();
  knock({ status: "settled", phase: "signed" });
  await reread(before);
  expect(root.textContent).not.toContain(result.signed.title);
  expect(root.textContent).toContain("Mã đối chiếu");
});

test("a row that is settled is shown as signed, with the focus on the title", async () => {
  tell(aSigning());
  open();
  await says("Mã đối chiếu");
  tell(settled());
  knock();
  await says(result.signed.title);
  await vi.waitFor(() => expect(document.activeElement?.tagName).toBe("H1"));
  expect(document.activeElement?.textContent).toBe(result.signed.title);
  expect(root.textContent).toContain("Đã gửi Nguyễn Hữu Khải duyệt.");
});

test("the Treasury's receipt appears while somebody looks", async () => {
  tell(settled({ next_approver: null }));
  open();
  await says("Đang gửi sang Kho bạc Nhà nước Khu vực I.");
  tell(settled({ next_approver: null, receipt_no: "KB-0064-17" }));
  act(() => deliver({ type: "dossier.changed", id: aSigning().dossier_id, seq: 8 }));
  await says("Mã tiếp nhận: KB-0064-17.");
});

test("unknown offers no way to sign again", async () => {
  tell(aSigning({ phase: "unknown", status: "unknown", problem: { code: "sign.unknown", title: states.unclear, sign_state: "unknown", can_retry: true, support_code: "a1b2c3d4" } }));
  open();
  await says("Chưa rõ kết quả");
  expect(root.querySelectorAll("button.button").length).toBe(0);
  expect(root.textContent).not.toMatch(/Ký lại|Gửi lại|Thử lại/);
});

test("a rejected request says that nothing was signed and offers to sign again", async () => {
  tell(failedWith("sign.rejected", { phase: "rejected", status: "rejected" }));
  open();
  await says("Bạn đã từ chối ký trong VNPT SmartCA");
  expect(root.textContent).toContain(states.nothingSigned);
  expect(root.querySelector("button.button")?.textContent).toBe("Ký lại");
});

test("while the server stumbles what is known stays in view", async () => {
  tell(aSigning());
  open();
  await says("Mã đối chiếu");
  told = { status: 500, body: { type: "x", title: "Có lỗi ngoài ý muốn.", status: 500, code: "sys.error" } };
  knock();
  await says("Đang kết nối lại…");
  expect(root.textContent).toContain("4827");
});

test("a request of somebody else is not found, in words", async () => {
  told = { status: 404, body: { type: "x", title: "Không tìm thấy chứng từ, hoặc bạn không có quyền xem.", status: 404, code: "perm.not_found" } };
  open();
  await says("Không tìm thấy chứng từ, hoặc bạn không có quyền xem.");
});

test("a knock about something else reads nothing", async () => {
  tell(aSigning());
  open();
  await says("Mã đối chiếu");
  const before = reads();
  act(() => deliver({ type: "signing.changed", id: "99999999-9999-4999-8999-999999999999", seq: 9 }));
  await act(() => new Promise((done) => setTimeout(done, 50)));
  expect(reads()).toBe(before);
});

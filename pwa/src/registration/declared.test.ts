import { expect, test } from "vitest";
import type { components } from "../api/schema";
import { declaredOf } from "./declared";

type Registration = components["schemas"]["Registration"];
type Member = Registration["content"]["members"][number];

const GRANT = { account_number: "3713.0.1990071", program_code: "00000", start_date: null, end_date: "2027-12-31" };
const HOLDER = {
  id: "m", project_code: "", full_name: "Nguyễn Thị Hà", id_number: "031175000093", id_issue_date: "2021-05-01", id_issue_place: "Bộ Công an",
  email: "ha@saomai.example", mobile_phone: "0900000091", service_title: "account_holder", permissions: ["account_holder"], signing_form: "remote", certificate: null, grants: [GRANT],
} satisfies Member;
const CONTENT: Registration["content"] = {
  unit: { treasury_code: "0064", budget_relation_code: "1990071", unit_name: "Trường Mầm non Sao Mai", phone: "0225 3888 999", email: "k@saomai.example", fax: "", address: "", superior_body: "", single_accountant_unit: false, unit_kind: "revenue_agency" },
  services: ["mobile_use"], ledgers: [], relations: [],
  accounts: [{ account_number: "3713.0.1990071", account_name: "Tiền gửi khác", program_code: "91057", valid_from: null, valid_to: null }],
  members: [HOLDER], terminate: false,
};
const shown = (content: Partial<Registration["content"]> = {}) => declaredOf({ content: { ...CONTENT, ...content }, treasury: { code: "0064", name: "KBNN Lê Chân" } }, (code) => `dịch vụ ${code}`);
const text = (id: string) => JSON.stringify(shown().find((group) => group.id === id));

test("groups stand in the order of the steps, and what is empty is left out", () => {
  expect(shown().map(({ id }) => id)).toEqual(["unit", "services", "accounts", "members"]);
  expect(text("unit")).not.toContain("Fax");
  expect(text("unit")).toContain("Cơ quan thu");
});

test("a program is named beside its account, but not the one that means none", () => {
  expect(text("accounts")).toContain("3713.0.1990071 · Mã CTMT 91057");
  expect(text("members")).not.toContain("Mã CTMT");
});

test("who signs without a certificate yet is said to have none; who does not sign is not asked", () => {
  expect(text("members")).toContain("Chưa có chứng thư số");
  const maker = { ...HOLDER, permissions: ["accountant" as const], service_title: "accountant" as const };
  expect(JSON.stringify(shown({ members: [maker] }))).not.toContain("chứng thư số");
});

test("whose certificate differs from the person is told beside that person, and a superior body beside the unit", () => {
  const certificate = { provider: "vnpt", provider_login: "x", fingerprint: "ab", serial_number: "5404", subject_name: "Nguyễn Thu Hà", issuer_name: "VNPT", valid_from: "2026-01-01T00:00:00Z", valid_to: "2029-01-01T00:00:00Z", mismatch: "Họ tên khác với kê khai." };
  expect(JSON.stringify(shown({ members: [{ ...HOLDER, certificate }] }))).toContain("Lưu ý: Họ tên khác với kê khai.");
  expect(JSON.stringify(shown({ members: [{ ...HOLDER, certificate: { ...certificate, mismatch: "" } }] }))).not.toContain("Lưu ý");
  expect(text("unit")).not.toContain("Cơ quan cấp trên");
  expect(JSON.stringify(shown({ unit: { ...CONTENT.unit, superior_body: "Phòng Giáo dục" } }))).toContain("Phòng Giáo dục");
});

test("a right without a beginning holds from the day of approval, or until its end", () => {
  expect(text("members")).toContain("3713.0.1990071 · đến 31/12/2027");
  expect(text("accounts")).toContain("từ ngày phê duyệt");
});

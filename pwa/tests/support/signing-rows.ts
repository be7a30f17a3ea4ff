/** Rows as the server sends them, for the tests of this folder. */
import type { Signing } from "../../src/features/signing/ending";
import type { Approver, Certificate, Prepared, Provider } from "../../src/features/signing/prepare";

export const NOW = Date.parse("2026-11-22T03:00:00Z");

export function aSigning(change: Partial<Signing> = {}): Signing {
  return {
    id: "11111111-1111-4111-8111-111111111111",
    batch_id: null,
    dossier_id: "22222222-2222-4222-8222-222222222222",
    dossier_code: "1990001261122",
    step: "chief_accountant",
    status: "waiting",
    phase: "waiting",
    provider: "vnpt",
    provider_name: "VNPT CA",
    provider_health: { state: "ok", retry_at: null },
    app_name: "VNPT SmartCA",
    deep_link: null,
    comparison_code: "48271903",
    created_at: "2026-11-22T03:00:00Z",
    expires_at: "2026-11-22T03:05:00Z",
    server_time: "2026-11-22T03:00:00Z",
    amount: 12_500_000,
    payee_name: "Công ty Điện lực",
    voucher_no: "UNC-118",
    problem: null,
    certificate: { subject: "Phạm Quốc Đỉnh", serial_tail: "18be4c57" },
    next_approver: { full_name: "Nguyễn Hữu Khải", title_label: "Chủ tài khoản" },
    treasury: { code: "0064", name: "Kho bạc Nhà nước Khu vực I" },
    signed_at: null,
    receipt_no: null,
    ...change,
  };
}

export function settled(change: Partial<Signing> = {}): Signing {
  return aSigning({ phase: "signed", status: "settled", signed_at: "2026-11-22T03:02:00Z", ...change });
}

export function failedWith(code: string, change: Partial<Signing> = {}): Signing {
  const problem = { code, title: "Nhà cung cấp từ chối. Chưa có chữ ký nào được tạo.", sign_state: "none_created" as const, can_retry: true, support_code: "a1b2c3d4" };
  return aSigning({ phase: "failed", status: "failed", problem, ...change });
}

export function anApprover(change: Partial<Approver> = {}): Approver {
  return {
    id: "33333333-3333-4333-8333-333333333333",
    full_name: "Nguyễn Hữu Khải",
    title: "account_holder",
    title_label: "Chủ tài khoản",
    delegated_until: null,
    certificate_valid_to: "2029-11-21T05:10:34Z",
    eligible: true,
    reason: null,
    ...change,
  };
}

export const aCertificate: Certificate = {
  provider: "vnpt", provider_name: "VNPT CA", login_masked: "0310•••012", subject: "Phạm Quốc Đỉnh", serial_tail: "18be4c57",
  valid_to: "2029-11-21T05:10:33Z", needs_password: true,
};

export function aProvider(change: Partial<Provider> = {}): Provider {
  return {
    slug: "vnpt", name: "VNPT CA", app_name: "VNPT SmartCA", deep_link: null, needs_password: true, may_need_second_factor: false,
    shows_description: true, life_s: 300, max_batch: 50, health: { state: "ok", retry_at: null }, ...change,
  };
}

export function prepared(change: Partial<Prepared> = {}): Prepared {
  const approver = anApprover();
  return {
    certificate: aCertificate,
    provider: aProvider(),
    approvers: { step: "account_holder", items: [approver], preselected_id: approver.id },
    inWords: "Mười hai triệu năm trăm nghìn đồng",
    ...change,
  };
}

/** U20: the treasury officer's desk. */
export const officer = {
  registrations: "Hồ sơ đăng ký",
  changes: "Đề nghị thay đổi",
  vouchers: "Chứng từ",
  rightSigner: "Đúng người – Đúng vai trò – Còn hiệu lực lúc ký",
  accept: "Tiếp nhận",
  approve: "Phê duyệt",
  askMore: "Yêu cầu bổ sung",
  reject: "Từ chối",
  take: "Nhận xử lý",
  handOver: "Chuyển người khác",
  lockedBy: "{tên} đang xử lý từ {giờ}",
  empty: "Không có hồ sơ chờ xử lý.",
  verdict: {
    valid: "Chữ ký hợp lệ",
    invalid: "Chữ ký không hợp lệ",
    undecided: "Chưa đủ căn cứ kết luận",
    holderMissing: "Thiếu chữ ký Chủ tài khoản",
    wrongSigner: "Sai người ký",
  },
} as const;

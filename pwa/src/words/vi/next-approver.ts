/** U6: choosing who approves next. */
export const nextApprover = {
  title: "Gửi ai duyệt tiếp?",
  holder: "{Họ tên} – Chủ tài khoản",
  delegate: "{Họ tên} – Được ủy quyền đến {ngày}",
  certificateUntil: "Chứng thư số còn hạn đến {ngày}",
  onLeave: "Đang nghỉ phép đến {ngày}",
  delegationOver: "Hết hạn ủy quyền",
  signedBefore: "Trùng người đã ký bước trước",
  choose: "Chọn {tên}",
  empty: "Chưa có người đủ quyền duyệt với tài khoản {số}. Liên hệ người quản lý đơn vị hoặc Kho bạc.",
  failed: "Chưa tải được danh sách người duyệt.",
} as const;

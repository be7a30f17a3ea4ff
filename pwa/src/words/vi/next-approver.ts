/** U6: choosing who approves next. */
export const nextApprover = {
  title: "Gửi ai duyệt tiếp?",
  delegatedUntil: "Được ủy quyền đến {ngày}",
  certificateUntil: "Chứng thư số còn hạn đến {ngày}",
  noCertificate: "Chưa đăng ký chứng thư số",
  search: "Tìm theo tên",
  noneFound: "Không có ai tên “{từ khóa}”.",
  choose: "Chọn {tên}",
  chooseNobody: "Chọn người duyệt",
  empty: "Chưa có người đủ quyền duyệt với tài khoản {số}. Liên hệ người quản lý đơn vị hoặc Kho bạc.",
  emptyUnnamed: "Chưa có người đủ quyền duyệt hồ sơ này. Liên hệ người quản lý đơn vị hoặc Kho bạc.",
  failed: "Chưa tải được danh sách người duyệt.",
} as const;

/** The states every screen has, and the three openings of any error after somebody pressed a sign button. */
export const states = {
  nothingSigned: "Chưa có chữ ký nào được tạo.",
  signed: "Chứng từ đã được ký.",
  unclear: "Chưa rõ kết quả — hệ thống đang kiểm tra, đừng ký lại.",
  noPermission: "Bạn chỉ có quyền xem chứng từ này.",
  notFound: "Không tìm thấy chứng từ, hoặc bạn không có quyền xem.",
  supportCode: "Mã hỗ trợ: {mã}",
  screenFailed: "Chưa mở được màn hình này. Kiểm tra mạng rồi thử lại.",
  stale: "Cập nhật lúc {giờ}",
  sessionEnded: "Phiên làm việc đã kết thúc. Vui lòng đăng nhập lại để tiếp tục ở đúng màn hình cũ.",
  chooseDossier: "Chọn một hồ sơ để xem nội dung.",
  chooseVoucher: "Chọn một chứng từ để xem nội dung.",
} as const;

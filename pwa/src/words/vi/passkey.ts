/** Getting in with a passkey: what the log-in form itself says. */
export const passkey = {
  logIn: "Đăng nhập bằng vân tay hoặc khuôn mặt",
  before: "Điện thoại sẽ hỏi vân tay, khuôn mặt hoặc mã mở khóa của bạn.",
  cancelled: "Khóa truy cập bị hủy hoặc không có trên máy này. Hãy thử lại hoặc dùng mật khẩu.",
  cancelledOnly: "Khóa truy cập bị hủy hoặc không có trên máy này. Hãy thử lại, hoặc chọn dùng điện thoại khác trong hộp thoại của máy.",
  asking: "Đang hỏi máy của bạn…",
  needsHttps: "Trang đang mở qua HTTP thường nên chưa dùng được khóa truy cập. Hãy mở bằng địa chỉ bắt đầu bằng https://.",
  elsewhere: "Khóa truy cập chỉ dùng được khi mở ứng dụng tại địa chỉ {địa chỉ}.",
  unsupported: "Trình duyệt này chưa dùng được khóa truy cập. Hãy cập nhật trình duyệt hoặc dùng máy khác.",
} as const;

/** U7: what a provider needs to know before it is asked to sign. */
export const remoteSigning = {
  title: "Ký số từ xa bằng {nhà cung cấp}",
  userName: "Tên đăng nhập CTS",
  registered: "Tài khoản đã đăng ký với Kho bạc",
  password: "Mật khẩu CTS",
  passwordHelp: "Chỉ dùng để gửi yêu cầu ký lần này. Hệ thống không lưu mật khẩu.",
  certificate: "Chứng thư số: {tên chủ thể} · Số sê-ri {số sê-ri} · Hết hạn {ngày}",
  continue: "Tiếp tục",
  changeCertificate: "Đổi chứng thư số",
  forgotPassword: "Tôi không nhớ mật khẩu CTS",
  resetPassword: "Hãy đặt lại mật khẩu trong ứng dụng {nhà cung cấp}.",
  asking: "Đang hỏi {nhà cung cấp}…",
  wrongLogin:
    "{Nhà cung cấp} báo tên đăng nhập hoặc mật khẩu chưa đúng. Chưa có chữ ký nào được tạo. Nhập lại mật khẩu; nhập sai nhiều lần có thể bị nhà cung cấp khóa.",
  expired: "Chứng thư số hết hạn ngày {ngày}. Hãy gia hạn rồi cập nhật chứng thư số mới.",
  notYours: "Chứng thư số trả về không phải của bạn ({tên}). Yêu cầu đã bị chặn.",
  quota: "Gói ký của bạn tại {nhà cung cấp} đã hết lượt.",
  expiring: "Chứng thư số còn {n} ngày. Nên gia hạn sớm.",
} as const;

/** U8: the last look before a request to sign leaves. */
export const confirm = {
  title: "Xác nhận ký chứng từ",
  payee: "Đơn vị nhận: {tên} – {tài khoản} – {ngân hàng}",
  content: "Nội dung: {nội dung}",
  next: "Người duyệt tiếp: {tên}",
  sentTo: "Gửi tới: {Kho bạc}",
  signWith: "Ký bằng: {nhà cung cấp} – {chứng thư rút gọn}",
  biometric: "Bạn sẽ xác nhận bằng sinh trắc học trong ứng dụng {tên app}.",
  back: "Quay lại",
  sign: "Ký {số tiền} đồng",
  busy: "Đang gửi yêu cầu ký…",
  stepUp: "Xác nhận đúng là bạn trước khi gửi yêu cầu ký.",
  offline: "Mất mạng. Chưa có chữ ký nào được tạo.",
} as const;

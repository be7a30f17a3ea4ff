/** The code a provider may want besides the password, between U7 and the request to sign. */
export const secondFactor = {
  title: "Nhập mã xác thực",
  fromApp: "Mở ứng dụng xác thực trên điện thoại và nhập mã 6 số của tài khoản {nhà cung cấp}.",
  fromMessage: "Nhập mã 6 số {nhà cung cấp} vừa gửi tới {nơi nhận}.",
  fromSomeMessage: "Nhập mã 6 số {nhà cung cấp} vừa gửi qua tin nhắn hoặc thư điện tử.",
  label: "Mã xác thực",
  notYet: "Chưa có yêu cầu ký nào được gửi. Nhập đúng mã thì yêu cầu ký mới tới {tên app}.",
  missing: "Nhập đủ 6 số của mã.",
  continue: "Tiếp tục",
  busy: "Đang gửi yêu cầu ký…",
  resend: "Gửi lại mã",
  resendIn: "Gửi lại mã (còn {giây} giây)",
  resending: "Đang gửi lại mã…",
  resent: "Đã gửi mã mới. Mã cũ không còn dùng được.",
} as const;

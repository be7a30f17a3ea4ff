/** How a CA is before a request to it leaves, and the person's own alarm. */
export const providerHealth = {
  slow: "{Nhà cung cấp} phản hồi chậm. Bạn vẫn có thể ký, nhưng có thể phải chờ lâu hơn.",
  down: "{Nhà cung cấp} đang gặp sự cố. Chứng từ vẫn nằm trong hộp việc của bạn. Thử lại được sau {giây} giây.",
  downTrying: "{Nhà cung cấp} đang gặp sự cố. Chứng từ vẫn nằm trong hộp việc của bạn. Hệ thống đang thử kết nối lại…",
} as const;

export const alarm = {
  endedBody: "Người khác có thể đang dùng tài khoản của bạn. Sự việc sẽ được báo cho đơn vị, và yêu cầu ký mới của bạn bị chặn cho đến khi bạn gỡ.",
  endedConfirm: "Báo sự việc và chặn ký",
  toAccount: "Gỡ chặn trong mục Tài khoản",
  blockedTitle: "Đang chặn yêu cầu ký",
  blockedSince: "Bạn đã báo không yêu cầu ký lúc {giờ}, {ngày}. Từ lúc đó không yêu cầu ký nào được gửi tới điện thoại của bạn.",
  blockedAdvice: "Chỉ gỡ chặn khi chắc chắn không còn ai khác dùng tài khoản của bạn.",
  password: "Mật khẩu đăng nhập",
  passwordMissing: "Nhập mật khẩu đăng nhập để gỡ chặn.",
  lift: "Gỡ chặn",
  lifting: "Đang gỡ chặn…",
  lifted: "Đã gỡ chặn. Bạn có thể ký lại.",
} as const;

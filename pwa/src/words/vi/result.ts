/** U11 and U12: how a request to sign ended. */
export const result = {
  signed: {
    title: "Đã ký thành công",
    voucher: "Chứng từ {số} · {số tiền} đồng",
    signedAt: "Ký lúc {giờ}, {ngày} bằng chứng thư số {rút gọn}",
    sentToPerson: "Đã gửi {tên} duyệt.",
    received: "Đã gửi {Kho bạc}. Mã tiếp nhận: {mã}.",
    sending: "Đang gửi sang {Kho bạc}. Bạn sẽ nhận thông báo khi Kho bạc tiếp nhận.",
    next: "Chứng từ tiếp theo ({n})",
    toList: "Về danh sách",
    download: "Tải PDF đã ký",
    verify: "Kiểm tra chữ ký",
    downloadFailed: "Chưa tải được PDF. Chứng từ vẫn đã được ký.",
  },
  rejected: {
    title: "Bạn đã từ chối ký trong {tên app}",
    body: "Chưa có chữ ký nào được tạo.",
    again: "Ký lại",
    return: "Trả lại chứng từ",
    later: "Để sau",
  },
  expired: {
    title: "Hết thời gian xác nhận",
    body: "Chưa có chữ ký nào được tạo. Bạn có thể gửi lại yêu cầu.",
    again: "Gửi lại yêu cầu ký",
  },
  providerDown: {
    title: "{Nhà cung cấp} đang gặp sự cố",
    body: "Chưa có chữ ký nào được tạo. Chứng từ vẫn nằm trong hộp việc của bạn.",
    again: "Thử lại sau {phút} phút",
    toList: "Về danh sách",
  },
  invalid: {
    title: "Chữ ký trả về không hợp lệ nên đã bị loại",
    body: "Chứng từ chưa được ký. Vui lòng thử lại; nếu lặp lại, gửi mã hỗ trợ {mã} cho bộ phận hỗ trợ.",
  },
  wrongCertificate: {
    title: "Chữ ký không phải của bạn",
    body: "Chứng từ chưa được ký. Sự việc đã được ghi nhận và báo cho đơn vị.",
  },
  unknown: {
    title: "Chưa rõ kết quả",
    body: "Hệ thống đang kiểm tra với {nhà cung cấp}, đừng ký lại. Chúng tôi sẽ báo trong vòng {phút} phút.",
    checking: "Đang kiểm tra với {nhà cung cấp}…",
  },
  late: {
    title: "Chữ ký đến sau khi yêu cầu đã đóng",
    body: "Chữ ký này không được dùng. Nếu vẫn muốn ký, hãy gửi yêu cầu mới.",
  },
  changed: {
    title: "Chứng từ đã thay đổi",
    body: "Chưa có chữ ký nào được tạo. Xem lại nội dung mới.",
  },
} as const;

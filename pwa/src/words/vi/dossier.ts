/** U16: the accountant prepares and sends a voucher. */
export const dossier = {
  newVoucher: "Chứng từ mới",
  saveDraft: "Lưu nháp",
  checkAndSend: "Kiểm tra và gửi",
  checkTitle: "Kiểm tra trước khi gửi",
  edit: "Sửa",
  activeContent: "Tệp có nội dung tự chạy nên không được nhận. Hãy xuất lại PDF.",
  encrypted: "Tệp đặt mật khẩu. Hãy gỡ mật khẩu rồi tải lại.",
  tooLarge: "Tệp lớn hơn {giới hạn} MB.",
  notPdf: "Tệp không phải PDF hợp lệ.",
  duplicate: "Giống chứng từ {số}. Bạn vẫn muốn gửi?",
  autosaved: "Đã lưu nháp lúc {giờ}",
  notSaved: "Chưa lưu – mất mạng",
  empty: "Chưa có nháp nào. Lập chứng từ mới",
} as const;

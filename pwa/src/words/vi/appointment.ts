/** The decision that appoints a new account holder, attached to a change. */
export const appointment = {
  title: "Quyết định bổ nhiệm Chủ tài khoản",
  lead: "Đề nghị này thay Chủ tài khoản. Đính kèm quyết định bổ nhiệm Chủ tài khoản mới; Chủ tài khoản mới ký tờ khai.",
  noLonger: "Đề nghị không còn thay Chủ tài khoản. Bạn có thể bỏ tệp này.",
  choose: "Chọn tệp PDF",
  chooseOther: "Chọn tệp khác",
  hint: "Tệp PDF, tối đa 5 MB và 50 trang, không đặt mật khẩu. Kho bạc xem tệp này khi kiểm tra; tệp không phải ký số.",
  sending: "Đang gửi và kiểm tra tệp…",
  tooLarge: "Tệp lớn hơn 5 MB nên chưa gửi. Quét lại với độ phân giải thấp hơn (khoảng 150 dpi, đen trắng) rồi chọn lại.",
  unsaved: "Chưa lưu được nội dung đang kê khai. Sửa chỗ sai hoặc chờ có mạng, rồi chọn lại tệp.",
  facts: "{n} trang · {dung lượng} · dấu vân tay {8 ký tự} · không ký số",
  open: "Mở quyết định bổ nhiệm",
  remove: "Bỏ tệp",
  removing: "Đang bỏ…",
  missing: "Đề nghị thay Chủ tài khoản nhưng không có quyết định bổ nhiệm kèm theo.",
} as const;

/** The "⋯" of a row in the inbox. */
export const rowMenu = {
  title: "Chứng từ {số}",
  open: "Xem chứng từ",
  return: "Trả lại kèm lý do",
  copyNumber: "Sao chép số chứng từ",
  copied: "Đã sao chép số chứng từ",
  copyFailed: "Chưa sao chép được. Bạn hãy chọn và sao chép bằng tay.",
  cannotReturn: "Hiện chưa trả lại được chứng từ này.",
} as const;

/** The states every screen has, and the three openings of any error after somebody pressed a sign button. */
export const states = {
  nothingSigned: "Chưa có chữ ký nào được tạo.",
  signed: "Chứng từ đã được ký.",
  unclear: "Chưa rõ kết quả — hệ thống đang kiểm tra, đừng ký lại.",
  noPermission: "Bạn chỉ có quyền xem chứng từ này.",
  notFound: "Không tìm thấy chứng từ, hoặc bạn không có quyền xem.",
} as const;

/** What is said when no answer comes from our server. In the first download: it must be there when nothing can be fetched. */
export const reach = {
  offline: "Không có kết nối mạng. Bạn xem được dữ liệu đã tải lúc {giờ}; chưa thể duyệt hoặc ký.",
  unreadable: "Chưa có trả lời. Kiểm tra mạng rồi thử lại.",
} as const;

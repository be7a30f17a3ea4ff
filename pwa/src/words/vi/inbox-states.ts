/** U3: the inbox when it is empty or could not be loaded. */
export const inboxStates = {
  empty: "Bạn đã duyệt hết. Khi có chứng từ mới, chúng tôi sẽ báo ngay.",
  emptyUrgent: "Không có chứng từ gấp.",
  seeHistory: "Xem lịch sử",
  failed: "Chưa tải được danh sách. Kiểm tra mạng rồi thử lại.",
} as const;

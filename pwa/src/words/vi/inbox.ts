/** U3: the inbox "Chờ tôi duyệt". In the first download. */
export const inbox = {
  title: "Chờ tôi duyệt",
  titleCount: "Chờ tôi duyệt ({n})",
  total: "Tổng số tiền chờ bạn duyệt",
  vouchers: "chứng từ",
  urgentOnes: "gấp",
  filterAll: "Tất cả",
  filterUrgent: "Gấp",
  filterUnit: "Của đơn vị {tên}",
  filters: "Lọc danh sách",
  oldestFirst: "Cũ nhất trước",
  refresh: "Tải lại danh sách",
  more: "Thao tác với chứng từ {số}",
  empty: "Bạn đã duyệt hết. Khi có chứng từ mới, chúng tôi sẽ báo ngay.",
  emptyUrgent: "Không có chứng từ gấp.",
  seeHistory: "Xem lịch sử",
  failed: "Chưa tải được danh sách. Kiểm tra mạng rồi thử lại.",
} as const;

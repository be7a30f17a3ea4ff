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
} as const;

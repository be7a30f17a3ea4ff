/** Words on the rows of every list of dossiers. In the first download. */
export const rows = {
  urgent: "Gấp",
  urgentUntil: "Gấp – hạn {giờ}",
  signPending: "Đang chờ xác nhận ký",
  changedSinceSeen: "Đã thay đổi sau khi bạn xem",
  handled: "Không còn chờ bạn",
  noPayee: "Chưa có đơn vị nhận",
  ago: { now: "vừa xong", minutes: "{n} phút trước", hours: "{n} giờ trước", days: "{n} ngày trước" },
  newItems: "Có {n} chứng từ mới – Xem",
  more: "Xem thêm",
  loadingMore: "Đang tải thêm…",
  moreFailed: "Chưa tải thêm được. Thử lại",
  search: "Tìm số chứng từ, đơn vị nhận, số tiền",
  openSearch: "Tìm kiếm",
  noResult: "Không tìm thấy chứng từ phù hợp với “{từ khóa}”.",
  clearFilter: "Xóa bộ lọc",
} as const;

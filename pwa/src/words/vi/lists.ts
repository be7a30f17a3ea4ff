/** Words around the rows of every list: search, further pages, news. */
export const lists = {
  newItems: "Có {n} chứng từ mới – Xem",
  more: "Xem thêm",
  loadingMore: "Đang tải thêm…",
  moreFailed: "Chưa tải thêm được. Thử lại",
  search: "Tìm số chứng từ, đơn vị nhận, số tiền",
  noResult: "Không tìm thấy chứng từ phù hợp với “{từ khóa}”.",
  clearFilter: "Xóa bộ lọc",
} as const;

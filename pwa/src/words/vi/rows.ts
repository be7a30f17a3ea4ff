/** Words on the rows of every list of dossiers. In the first download. */
export const rows = {
  urgent: "Gấp",
  urgentUntil: "Gấp – hạn {giờ}",
  signPending: "Đang chờ xác nhận ký",
  changedSinceSeen: "Đã thay đổi sau khi bạn xem",
  handled: "Không còn chờ bạn",
  noPayee: "Chưa có đơn vị nhận",
  ago: { now: "vừa xong", minutes: "{n} phút trước", hours: "{n} giờ trước", days: "{n} ngày trước" },
  openSearch: "Tìm kiếm",
} as const;

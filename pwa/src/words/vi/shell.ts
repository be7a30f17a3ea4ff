/** Words of the frame that every screen shares; small on purpose, they are in the first download. */
export const shell = {
  appName: "Ký Kho bạc",
  loading: "Đang tải…",
  mainNavigation: "Điều hướng chính",
  skipToContent: "Đến nội dung chính",
  inbox: "Chờ duyệt",
  dossiers: "Hồ sơ",
  intake: "Tiếp nhận",
  history: "Lịch sử",
  notifications: "Thông báo",
  account: "Tài khoản",
  currency: "đồng",
} as const;

/** U23: installing, being offline, updating. */
export const install = {
  backOnline: "Đã kết nối lại. Đang cập nhật…",
  ask: "Cài ứng dụng lên điện thoại?",
  why: "Mở nhanh từ màn hình chính, toàn màn hình, không cần gõ địa chỉ.",
  install: "Cài đặt",
  later: "Để sau",
  iosGuide: "Nhấn Chia sẻ → Thêm vào MH chính → Thêm",
  iosLogin: "Sau khi cài, bạn cần đăng nhập lại một lần.",
  offlineTitle: "Bạn đang ngoại tuyến",
  offlineBody: "Mở lại khi có mạng để xem và ký chứng từ.",
  retry: "Thử lại",
  updateTitle: "Có phiên bản mới",
  updateNow: "Cập nhật ngay",
  updateForced: "Cần cập nhật để tiếp tục ký an toàn.",
  updateFailed: "Chưa cập nhật được. Đóng ứng dụng rồi mở lại.",
} as const;

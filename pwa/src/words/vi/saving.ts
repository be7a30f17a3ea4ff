/** Whether what is typed in a form is on the server. */
export const saving = {
  autosaved: "Đã lưu nháp lúc {giờ}",
  waiting: "Đang nhập…",
  saving: "Đang lưu nháp…",
  offline: "Chưa lưu – mất mạng",
  offlineLong: "Chưa lưu – mất mạng. Nội dung bạn nhập vẫn còn ở đây và sẽ tự lưu khi có mạng.",
  busy: "Chưa lưu – sẽ tự lưu lại",
  refused: "Chưa lưu – có {n} chỗ cần sửa",
  conflict: "Chưa lưu – hồ sơ vừa được sửa ở nơi khác",
} as const;

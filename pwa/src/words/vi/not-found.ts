/** An address that leads nowhere. */
export const notFound = {
  title: "Không tìm thấy màn hình này",
  body: "Địa chỉ không đúng hoặc màn hình đã được chuyển đi.",
  goHome: "Về màn hình chính",
} as const;

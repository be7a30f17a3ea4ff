/** Without tone marks and capitals, for searching: "Thanh toán" → "thanh toan". */
export function plain(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").replace(/[\u0111\u0110]/g, "d").toLowerCase();
}

/** For sentences that start with a name: the dictionary writes `{Tên}`, the value must then begin with a capital. */
export function capital(text: string): string {
  return text.charAt(0).toLocaleUpperCase("vi") + text.slice(1);
}

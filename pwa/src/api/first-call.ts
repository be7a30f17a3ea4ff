/** Remembers which call a screen starts with, so that the next cold start sends it before any script has run. */
export function rememberFirstCall(pathname: string, url: string): void {
  try {
    localStorage.setItem(`first:${pathname}`, url);
  } catch {
    // Storage may be blocked; then the first call simply starts later.
  }
}

/** ↑ and ↓ go through the rows of a list, Home and End to its ends; Enter opens a row, as with any link. */
const STEP: Readonly<Record<string, (at: number, last: number) => number>> = {
  ArrowDown: (at, last) => Math.min(at + 1, last),
  ArrowUp: (at) => Math.max(at - 1, 0),
  Home: () => 0,
  End: (_, last) => last,
};

/** For `onKeyDown` of the element around the rows. */
export function arrowThrough(event: KeyboardEvent & { currentTarget: EventTarget & HTMLElement }): void {
  const step = STEP[event.key];
  if (!step || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>("a.row-card")];
  const at = rows.findIndex((row) => row === document.activeElement);
  if (at < 0) return;
  event.preventDefault();
  rows[step(at, rows.length - 1)]?.focus();
}

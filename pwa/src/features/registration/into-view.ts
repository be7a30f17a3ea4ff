/** As a `ref` of a note: the button that was tapped stands far below it, or the page was scrolled. */
export function intoView(note: HTMLElement | null): void {
  note?.scrollIntoView({ block: "nearest" });
}

/** Says something to screen readers without moving anything: one polite region for the whole app. */
let region: HTMLElement | undefined;

export function announce(sentence: string): void {
  region ??= makeRegion();
  // The same sentence twice in a row is only heard when the text changes in between.
  region.textContent = region.textContent === sentence ? `${sentence}\u00a0` : sentence;
}

function makeRegion(): HTMLElement {
  const made = document.createElement("p");
  made.className = "visually-hidden";
  made.setAttribute("role", "status");
  made.setAttribute("aria-live", "polite");
  document.body.append(made);
  return made;
}

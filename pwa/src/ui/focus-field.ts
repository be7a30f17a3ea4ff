/** Where a link of an error summary leads. */
import { useEffect } from "preact/hooks";

/** Puts the cursor into a field, or into the first control of a group of them. */
export function focusField(id: string): boolean {
  const found = document.getElementById(id);
  if (!found) return false;
  const folded = found.closest("details");
  if (folded) folded.open = true;
  const target = found.matches("input, select, textarea, button, a") ? found : (found.querySelector<HTMLElement>("input:checked, input, select, textarea, button") ?? found);
  target.focus({ preventScroll: true });
  found.scrollIntoView({ block: "center" });
  return true;
}

/** The field an address names is focused once it is on the screen, at every visit. */
export function useWantedField(id: string | null, visit: string): void {
  useEffect(() => {
    if (!id) return;
    const frame = requestAnimationFrame(() => focusField(id));
    return () => cancelAnimationFrame(frame);
  }, [id, visit]);
}

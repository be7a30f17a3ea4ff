/**
 * The drawings of the app, 24 × 24, in the colour of the text around them. Always beside a word or inside a named button.
 *
 * The paths are in icons.json; the build puts them into the page as symbols, so they cost no script.
 */
import type drawings from "./icons.json";

export type IconName = keyof typeof drawings;

export function Icon({ name, class: extra = "" }: { name: IconName; class?: string }) {
  return (
    <svg class={`icon ${extra}`} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <use href={`#i-${name}`} />
    </svg>
  );
}

/** The app's own mark; decoration beside its name. */
export function Mark() {
  return <svg class="mark" aria-hidden="true"><use href="#mark" /></svg>;
}

/** What a screen shows while it waits: the shapes of what is coming, in the final geometry. */
import { shell } from "../words/vi/shell";

/** The space is taken at once; the style sheet shows the shapes after a moment, so that a fast answer never flickers. */
export function Skeleton({ shapes }: { shapes: readonly ("hero" | "card" | "line" | "page" | "chips" | "row")[] }) {
  return (
    <div class="skeletons" aria-busy="true">
      <p class="visually-hidden" role="status">{shell.loading}</p>
      {shapes.map((shape, index) => <div key={index} class={`skeleton skeleton-${shape}`} />)}
    </div>
  );
}

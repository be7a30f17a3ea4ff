/** What a screen shows while it waits: the shapes of what is coming, in the final geometry. */
import { useEffect, useState } from "preact/hooks";
import { shell } from "../words/vi/shell";

const SKELETON_AFTER_MS = 150;

/** Grey shapes in the final geometry, after a moment: a fast answer never flickers. The space is taken at once. */
export function Skeleton({ shapes }: { shapes: readonly ("hero" | "card" | "line" | "page" | "chips" | "row")[] }) {
  const [visible, setVisible] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setVisible(true), SKELETON_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div class={visible ? "skeletons" : "skeletons skeletons-early"} aria-busy="true">
      <p class="visually-hidden" role="status">{shell.loading}</p>
      {shapes.map((shape, index) => <div key={index} class={`skeleton skeleton-${shape}`} />)}
    </div>
  );
}

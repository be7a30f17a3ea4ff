/** One page in a frame that can be pinched, double-tapped, dragged, and zoomed by buttons. */
import { useEffect, useRef, useState } from "preact/hooks";
import { controls } from "../words/vi/controls";
import { Button } from "./button";
import type { PagePicture } from "./page-viewer";
import { keepInside, WHOLE, zoomAt, type View } from "./zoom";

const STEP = 1.6;
const SWIPE_PX = 60;
const DOUBLE_TAP_MS = 300;

type Point = { x: number; y: number };

export function ZoomFrame({ page, turn }: { page: PagePicture; turn: (by: number) => void }) {
  const frame = useRef<HTMLDivElement>(null);
  const picture = useRef<HTMLImageElement>(null);
  const [view, setView] = useState<View>(WHOLE);
  const fingers = useRef(new Map<number, Point>());
  const gesture = useRef({ start: { x: 0, y: 0 }, tappedAt: 0 });

  useEffect(() => {
    // Set through the CSSOM: the content security policy forbids style attributes.
    if (picture.current) picture.current.style.transform = `translate(${view.x}px, ${view.y}px) scale(${view.scale})`;
  }, [view]);

  const change = (next: (view: View) => View) =>
    setView((now) => keepInside(next(now), { width: frame.current?.clientWidth ?? 0, height: frame.current?.clientHeight ?? 0 }));
  const fromMiddle = ({ x, y }: Point): Point => {
    const box = frame.current?.getBoundingClientRect();
    return box ? { x: x - box.left - box.width / 2, y: y - box.top - box.height / 2 } : { x: 0, y: 0 };
  };

  const down = (event: PointerEvent) => {
    frame.current?.setPointerCapture(event.pointerId);
    fingers.current.set(event.pointerId, { x: event.clientX, y: event.clientY });
    gesture.current.start = { x: event.clientX, y: event.clientY };
  };
  const move = (event: PointerEvent) => {
    const before = fingers.current.get(event.pointerId);
    if (!before) return;
    const now = { x: event.clientX, y: event.clientY };
    const other = [...fingers.current].find(([id]) => id !== event.pointerId)?.[1];
    fingers.current.set(event.pointerId, now);
    if (!other) return change((v) => ({ ...v, x: v.x + now.x - before.x, y: v.y + now.y - before.y }));
    const middle = fromMiddle({ x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 });
    change((v) => zoomAt(v, apart(now, other) / Math.max(1, apart(before, other)), middle.x, middle.y));
  };
  const up = (event: PointerEvent) => {
    fingers.current.delete(event.pointerId);
    if (fingers.current.size > 0) return;
    const travelled = event.clientX - gesture.current.start.x;
    if (view.scale === 1 && Math.abs(travelled) > SWIPE_PX) return turn(travelled < 0 ? 1 : -1);
    if (Math.abs(travelled) > 10) return;
    const again = event.timeStamp - gesture.current.tappedAt < DOUBLE_TAP_MS;
    gesture.current.tappedAt = again ? 0 : event.timeStamp;
    const at = fromMiddle({ x: event.clientX, y: event.clientY });
    if (again) change((v) => (v.scale > 1 ? WHOLE : zoomAt(v, 2.5, at.x, at.y)));
  };
  const forget = (event: PointerEvent) => void fingers.current.delete(event.pointerId);

  return (
    <>
      <div ref={frame} class="viewer-frame" onPointerDown={down} onPointerMove={move} onPointerUp={up} onPointerCancel={forget}>
        <img ref={picture} class="viewer-picture" src={useSharpest(page)} alt={page.alt} width={page.width} height={page.height} draggable={false} />
      </div>
      <div class="viewer-foot">
        <Button kind="outline" icon="minus" disabled={view.scale <= 1} onClick={() => change((v) => zoomAt(v, 1 / STEP, 0, 0))}>{controls.zoomOut}</Button>
        <Button kind="outline" icon="plus" onClick={() => change((v) => zoomAt(v, STEP, 0, 0))}>{controls.zoomIn}</Button>
      </div>
    </>
  );
}

/** The picture that is here already, until the larger one has arrived too. */
function useSharpest(page: PagePicture): string {
  const [src, setSrc] = useState(page.src);
  useEffect(() => {
    setSrc(page.src);
    if (!page.zoomSrc) return;
    const larger = new Image();
    larger.onload = () => setSrc(larger.src);
    larger.src = page.zoomSrc;
    return () => void (larger.onload = null);
  }, [page.src, page.zoomSrc]);
  return src;
}

function apart(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

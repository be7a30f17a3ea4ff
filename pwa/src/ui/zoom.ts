/** Arithmetic of zooming a picture: no element is touched here. */
export interface View {
  scale: number;
  x: number;
  y: number;
}

export const WHOLE: View = { scale: 1, x: 0, y: 0 };
const LARGEST = 5;

/** Zooms by `factor` and keeps the point under the fingers where it is (coordinates from the middle of the frame). */
export function zoomAt(view: View, factor: number, px: number, py: number): View {
  const scale = Math.min(LARGEST, Math.max(1, view.scale * factor));
  const real = scale / view.scale;
  return { scale, x: px - (px - view.x) * real, y: py - (py - view.y) * real };
}

/** Never lets the picture leave the frame by more than its own overhang. */
export function keepInside(view: View, frame: { width: number; height: number }): View {
  const limit = (size: number) => Math.max(0, (size * (view.scale - 1)) / 2);
  const hold = (value: number, most: number) => Math.min(most, Math.max(-most, value));
  return { scale: view.scale, x: hold(view.x, limit(frame.width)), y: hold(view.y, limit(frame.height)) };
}

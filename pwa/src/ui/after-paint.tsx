/** Long screens are drawn in several tasks, so that none keeps a finger waiting: what is read first stands first. */
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { afterFrame } from "../later";

export function AfterPaint({ frames = 1, children }: { frames?: 1 | 2; children: ComponentChildren }) {
  const [left, setLeft] = useState<number>(frames);
  useEffect(() => {
    if (left > 0) afterFrame(() => setLeft(left - 1));
  }, [left]);
  return <>{left === 0 && children}</>;
}

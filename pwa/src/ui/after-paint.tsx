/** Long screens are drawn in two tasks, so that none keeps a finger waiting: what is read first, and a frame later the rest. */
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { afterFrame } from "../later";

export function AfterPaint({ children }: { children: ComponentChildren }) {
  const [painted, setPainted] = useState(false);
  useEffect(() => afterFrame(() => setPainted(true)), []);
  return <>{painted && children}</>;
}

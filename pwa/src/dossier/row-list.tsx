/** The rows of a list with their marks. */
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { afterFrame } from "../later";
import type { Row } from "./types";
import type { ReadyRows } from "./use-rows";

export interface RowListProps {
  state: ReadyRows;
  label: string;
  /** Only these of the rows. */
  only?: (row: Row) => boolean;
  children: (row: Row, marks: { gone: boolean; fresh: boolean }) => ComponentChildren;
}

/** As many as a phone shows; to ask how high this window is would cost a layout. */
const FIRST = 4;

/** Paints the first rows first and with every frame twice as many, so that no task keeps a finger waiting. */
export function RowList({ state: { shown }, label, only = () => true, children }: RowListProps) {
  const [painted, paint] = useState(FIRST);
  useEffect(() => {
    if (painted < shown.rows.length) afterFrame(() => paint(painted * 2));
  });
  return (
    <ul class="row-list" aria-label={label}>
      {shown.rows.slice(0, painted).filter(only).map((row) => children(row, { gone: shown.gone.has(row.id), fresh: shown.fresh.has(row.id) }))}
    </ul>
  );
}

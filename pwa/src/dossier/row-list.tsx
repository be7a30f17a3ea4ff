/** The rows of a list with their marks. */
import type { ComponentChildren } from "preact";
import type { Row } from "./types";
import type { ReadyRows } from "./use-rows";

export interface RowListProps {
  state: ReadyRows;
  label: string;
  /** Only these of the rows. */
  only?: (row: Row) => boolean;
  children: (row: Row, marks: { gone: boolean; fresh: boolean }) => ComponentChildren;
}

export function RowList({ state: { shown }, label, only, children }: RowListProps) {
  return (
    <ul class="row-list" aria-label={label}>
      {shown.rows.filter((row) => !only || only(row)).map((row) => children(row, { gone: shown.gone.has(row.id), fresh: shown.fresh.has(row.id) }))}
    </ul>
  );
}

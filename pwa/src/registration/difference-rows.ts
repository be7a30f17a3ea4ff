/** The rows of a difference under the headings the server names, in its order. */
import type { components } from "../api/schema";

export type DifferenceRow = components["schemas"]["DifferenceRow"];

export interface DifferenceGroup {
  group: string;
  rows: DifferenceRow[];
}

export function byGroup(rows: readonly DifferenceRow[]): DifferenceGroup[] {
  const groups: DifferenceGroup[] = [];
  for (const row of rows) {
    const known = groups.find(({ group }) => group === row.group);
    if (known) known.rows.push(row);
    else groups.push({ group: row.group, rows: [row] });
  }
  return groups;
}

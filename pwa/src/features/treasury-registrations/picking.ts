/** Which registrations of the list are chosen to be taken at once. The server says which can be; it looks again when asked. */
import type { RegistrationRow, Taken } from "./types";

/** The server's `MOST_AT_ONCE`. */
export const MOST = 50;

export type Picked = ReadonlySet<string>;

export function freeOf(rows: readonly RegistrationRow[]): RegistrationRow[] {
  return rows.filter(({ barred }) => barred === null);
}

/** What of it is still in the list and still free, in the order of the list. */
export function pickedOf(rows: readonly RegistrationRow[], picked: Picked): RegistrationRow[] {
  return freeOf(rows).filter(({ id }) => picked.has(id));
}

export function toggled(picked: Picked, id: string): Picked {
  const next = new Set(picked);
  if (!next.delete(id)) next.add(id);
  return next;
}

/** What became of the registrations that were asked for, by the names of their units. */
export interface Outcome {
  taken: number;
  refused: readonly { unit: string; reason: string }[];
}

export function outcomeOf(asked: readonly RegistrationRow[], answer: readonly Taken[]): Outcome {
  const unit = new Map(asked.map(({ id, unit_name }) => [id, unit_name]));
  return {
    taken: answer.filter(({ taken }) => taken).length,
    refused: answer.flatMap(({ id, reason }) => (reason === null ? [] : [{ unit: unit.get(id) ?? "", reason }])),
  };
}

/** What differs between the dossier somebody read and the one the server has now. */
import type { Dossier } from "../../dossier/types";

/** The bytes to be signed are other bytes of other content. Another person's signature makes other bytes too, but is no edit. */
export function contentChanged(read: Dossier, now: Dossier): boolean {
  return JSON.stringify(contentsOf(read)) !== JSON.stringify(contentsOf(now)) || otherBytes(read, now);
}

function otherBytes(read: Dossier, now: Dossier): boolean {
  return now.documents.some(({ revision, sha256 }, index) => {
    const before = read.documents[index];
    return before !== undefined && before.revision === revision && before.sha256 !== sha256;
  });
}

function contentsOf(dossier: Dossier) {
  return dossier.vouchers.map(({ content, amount }) => ({ content, amount }));
}

export interface Fact {
  /** Stays the same while the value changes. */
  id: string;
  label: string;
  value: string;
}

/** Ids of facts that are new or have another value. */
export function changedFacts(before: readonly Fact[], now: readonly Fact[]): ReadonlySet<string> {
  const values = new Map(before.map(({ id, value }) => [id, value]));
  return new Set(now.filter(({ id, value }) => values.get(id) !== value).map(({ id }) => id));
}

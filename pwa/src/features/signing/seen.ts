/**
 * Which bytes this person saw when they last asked to sign a dossier, for "sign again": only hashes, only in this tab.
 *
 * A new request without a new look is offered for exactly the same bytes and no others.
 */
import type { Dossier } from "./prepare";

const name = (dossierId: string) => `seen:${dossierId}`;

export function digestsOf(dossier: Dossier): string[] {
  return dossier.documents.map(({ sha256 }) => sha256).sort();
}

export function rememberSeen(dossier: Dossier): void {
  sessionStorage.setItem(name(dossier.id), digestsOf(dossier).join(" "));
}

export function sawExactly(dossier: Dossier): boolean {
  return dossier.documents.length > 0 && sessionStorage.getItem(name(dossier.id)) === digestsOf(dossier).join(" ");
}

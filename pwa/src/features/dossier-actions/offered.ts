/** Which of a maker's actions the server offers now. */
import type { Dossier } from "../../dossier/types";

export const MAKER_ACTIONS = ["submit", "reopen", "edit", "withdraw", "reassign", "cancel"] as const;
export type MakerAction = (typeof MAKER_ACTIONS)[number];

export function offered(dossier: Pick<Dossier, "actions">): MakerAction[] {
  return MAKER_ACTIONS.filter((name) => dossier.actions.some((one) => one.action === name && one.allowed));
}

/** What a unit can change, and on which screen of the declaration that is done. */
import type { IconName } from "../../ui/icons";
import { registrationChange } from "../../words/vi/registration-change";
import { formsInUse, type Draft } from "../registration/parts";
import { screenNamed, searchOf, type ScreenName } from "../registration/screens";

export type Kind = keyof typeof registrationChange.kinds;

const SCREEN: Record<Exclude<Kind, "terminate">, ScreenName> = {
  unit: "contact", office: "office", services: "services", accounts: "ledgers", members: "members", certificate: "members", form: "members", toRemote: "members", toToken: "members",
};

export const KIND_ICON: Record<Kind, IconName> = {
  unit: "intake", office: "edit", services: "document", accounts: "folder", members: "person", certificate: "shield", form: "refresh", toRemote: "phone", toToken: "sign", terminate: "close",
};

/** What can be chosen before anything is declared: which form of signing is in use is not known here yet. */
export const FIRST_KINDS = ["unit", "office", "services", "accounts", "members", "certificate", "form"] as const satisfies readonly Kind[];

/** In the order of the declaration; of the two switches only the one away from what is in use. */
export function kindsOf(draft: Pick<Draft, "members">): Kind[] {
  const toToken = formsInUse(draft.members).includes("remote");
  return ["unit", "office", "services", "accounts", "members", "certificate", toToken ? "toToken" : "toRemote", "terminate"];
}

/** The query of the screen on which a kind of change is declared; one's own certificate stands on one's own screen. */
export function whereOf(kind: Exclude<Kind, "terminate">, draft: Pick<Draft, "members">, me: string): string {
  const row = kind === "certificate" ? draft.members.findIndex(({ id, permissions }) => id === me && permissions.some((one) => one !== "accountant")) : -1;
  return row >= 0 ? searchOf({ screen: screenNamed("signing"), row }) : searchOf({ screen: screenNamed(SCREEN[kind]), row: 0 });
}

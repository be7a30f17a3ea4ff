/** What the navigation shows to whom. Rights are the server's; this only chooses doors. */
import { shell } from "../words/vi/shell";
import type { IconName } from "../ui/icons";

export interface Door {
  to: string;
  label: string;
  icon: IconName;
}

export type Desk = "approver" | "accountant" | "officer";

/** The desk a person works at, by their one title. */
export function deskOf(title: string): Desk {
  if (title.startsWith("treasury_")) return "officer";
  return title === "accountant" ? "accountant" : "approver";
}

const FIRST: Record<Desk, Door> = {
  approver: { to: "/", label: shell.inbox, icon: "inbox" },
  accountant: { to: "/ho-so", label: shell.dossiers, icon: "folder" },
  officer: { to: "/tiep-nhan", label: shell.intake, icon: "intake" },
};

export function doorsOf(desk: Desk): Door[] {
  return [
    FIRST[desk],
    { to: "/lich-su", label: shell.history, icon: "history" },
    { to: "/thong-bao", label: shell.notifications, icon: "bell" },
    { to: "/tai-khoan", label: shell.account, icon: "person" },
  ];
}

export function homeOf(desk: Desk): string {
  return FIRST[desk].to;
}

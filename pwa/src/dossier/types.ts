/** Short names for the dossier's shapes on the wire. */
import type { components } from "../api/schema";

export type Row = components["schemas"]["DossierRow"];
export type Dossier = components["schemas"]["Dossier"];
export type Status = Row["status"];
export type Voucher = Dossier["vouchers"][number];
export type DossierDocument = Dossier["documents"][number];
export type LogEntry = Dossier["log"][number];
export type Action = Dossier["actions"][number];

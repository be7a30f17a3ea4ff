/** The calls behind the maker's buttons; each takes the version the person looked at and answers the dossier afterwards. */
import { command } from "../../api/command";
import type { Answer } from "../../api/wire";

export type Dossier = Answer<"/api/dossiers/{dossier_id}">;

export type Decision =
  | { do: "withdraw"; reason: string | null }
  | { do: "reopen" }
  | { do: "cancel"; reason: string }
  | { do: "submit" | "reassign"; approver: string };

export function perform(dossier: Pick<Dossier, "id" | "version">, decision: Decision, key: string): Promise<Dossier> {
  const path = { dossier_id: dossier.id };
  const expected_version = dossier.version;
  switch (decision.do) {
    case "withdraw":
      return command("post", "/api/dossiers/{dossier_id}/withdraw", { path, body: { expected_version, reason: decision.reason }, key });
    case "reopen":
      return command("post", "/api/dossiers/{dossier_id}/reopen", { path, body: { expected_version }, key });
    case "cancel":
      return command("post", "/api/dossiers/{dossier_id}/cancel", { path, body: { expected_version, reason: decision.reason }, key });
    case "submit":
      return command("post", "/api/dossiers/{dossier_id}/submit", { path, body: { expected_version, approver_id: decision.approver }, key });
    case "reassign":
      return command("post", "/api/dossiers/{dossier_id}/reassign", { path, body: { expected_version, approver_id: decision.approver }, key });
    default:
      return decision satisfies never;
  }
}

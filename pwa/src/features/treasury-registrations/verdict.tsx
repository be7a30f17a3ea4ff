/** The verdict over the signatures of a registration, in word, drawing and colour. */
import { StatusBadge, type Tone } from "../../ui/badge";
import { treasuryRegistrations } from "../../words/vi/treasury-registrations";
import type { Verdict } from "./types";

export const VERDICT_TONE: Record<Verdict, Tone> = { valid: "good", altered: "danger", wrong_signer: "danger", missing_signature: "warning", indeterminate: "warning" };

export function VerdictBadge({ verdict, label }: { verdict: Verdict; label?: string }) {
  return <StatusBadge tone={VERDICT_TONE[verdict]}>{label ?? treasuryRegistrations.verdicts[verdict]}</StatusBadge>;
}

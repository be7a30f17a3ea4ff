/** What our own check says of a signed file: the verdict first, then every signature with three plain answers. */
import { read } from "../../api/client";
import type { components } from "../../api/schema";
import { useLoaded } from "../../api/use-loaded";
import { StatusBadge, type Tone } from "../../ui/badge";
import { dayAndTime } from "../../ui/format";
import { Icon } from "../../ui/icons";
import { Sheet } from "../../ui/sheet";
import { Skeleton } from "../../ui/skeleton";
import { ErrorState } from "../../ui/states";
import { say } from "../../words/say";
import { result } from "../../words/vi/result";

const words = result.signed;
type Judgement = components["schemas"]["DocumentSignatures"];
type Signature = Judgement["signatures"][number];

export function SignaturesSheet({ documentId, onClosed }: { documentId: string; onClosed: () => void }) {
  const { state, reload } = useLoaded(() => read("/api/documents/{document_id}/signatures", { path: { document_id: documentId } }), documentId);
  return (
    <Sheet open title={words.verify} onClose={onClosed}>
      {state.at === "loading" && <><p class="muted">{words.verifying}</p><Skeleton shapes={["line", "card"]} /></>}
      {state.at === "failed" && <ErrorState signState="signed" happened={words.verifyFailed} onRetry={() => void reload()} />}
      {state.at === "ready" && <Verdict judgement={state.value} />}
    </Sheet>
  );
}

/** Only one verdict is green; a file that waits for its second signature is not broken, but not complete either. */
const TONE: Record<Judgement["verdict"], Tone> = { valid: "good", altered: "danger", wrong_signer: "danger", missing_signature: "warning", indeterminate: "warning" };

export function Verdict({ judgement }: { judgement: Judgement }) {
  return (
    <>
      <p role="status"><StatusBadge tone={TONE[judgement.verdict]}>{judgement.verdict_label}</StatusBadge></p>
      <p>{judgement.reason}</p>
      <ol class="stack">{judgement.signatures.map((signature) => <li key={signature.field_name} class="signature"><OneSignature signature={signature} /></li>)}</ol>
    </>
  );
}

function OneSignature({ signature }: { signature: Signature }) {
  return (
    <>
      <p><strong>{say(words.signer, { tên: signature.signer, "sê ri": signature.serial_tail })}</strong></p>
      {signature.signed_at && <p class="muted small">{say(words.signatureAt, { giờ: dayAndTime(signature.signed_at) })}</p>}
      <ul class="signature-answers">
        <Answer yes={signature.intact} said={signature.intact ? words.intact : words.altered} />
        <Answer yes={signature.trusted} said={signature.trusted ? words.trusted : words.untrusted} />
        <Answer yes={signature.expected} said={signature.expected ? words.expected : words.unexpected} />
      </ul>
    </>
  );
}

function Answer({ yes, said }: { yes: boolean; said: string }) {
  return <li class={yes ? "answer-yes" : "answer-no"}><Icon name={yes ? "check" : "alert"} /><span>{said}</span></li>;
}

/** Every signature on the declarations with three plain answers: the right person, in the right role, valid when signing. */
import { Card } from "../../ui/card";
import { dayAndTime } from "../../ui/format";
import { Icon } from "../../ui/icons";
import { say } from "../../words/say";
import { treasuryRegistrations as words } from "../../words/vi/treasury-registrations";
import type { FileSignature } from "./types";
import { VerdictBadge } from "./verdict";

export function SignaturePanel({ signatures }: { signatures: readonly FileSignature[] }) {
  return (
    <Card title={words.signatures} tone={signatures.some(({ verdict }) => verdict !== "valid") ? "warning" : "plain"}>
      {signatures.length === 0 ? <p>{words.noSignatures}</p> : <ul class="stack">{signatures.map((one) => <li key={`${one.filename} ${one.signer}`} class="desk-signature"><OneSignature signature={one} /></li>)}</ul>}
    </Card>
  );
}

function OneSignature({ signature }: { signature: FileSignature }) {
  const { person, role, valid } = words.answers;
  return (
    <>
      <p class="desk-file small">{signature.filename}</p>
      <p><VerdictBadge verdict={signature.verdict} label={signature.verdict_label} /></p>
      <p><strong>{say(words.signedBy, { tên: signature.signer, "chức danh": signature.title_label })}</strong></p>
      {signature.signed_at && <p class="small figures">{say(words.signedAt, { giờ: dayAndTime(signature.signed_at) })}</p>}
      <ul class="signature-answers">
        <Answer yes={signature.right_person} said={person} />
        <Answer yes={signature.right_role} said={role} />
        <Answer yes={signature.valid_at_signing} said={valid} />
      </ul>
    </>
  );
}

function Answer({ yes, said }: { yes: boolean; said: { yes: string; no: string } }) {
  return <li class={yes ? "answer-yes" : "answer-no"}><Icon name={yes ? "check" : "alert"} /><span>{yes ? said.yes : said.no}</span></li>;
}

/** The Treasury's answer: its receipt number, and who took the dossier when. */
import type { Dossier } from "../../dossier/types";
import { Card } from "../../ui/card";
import { dayAndTime } from "../../ui/format";
import { Icon } from "../../ui/icons";
import { say } from "../../words/say";
import { review as words } from "../../words/vi/review";

export function Receipt({ dossier }: { dossier: Dossier }) {
  if (!dossier.receipt_no) return null;
  const { received_at: at, received_by: by } = dossier;
  return (
    <Card tone={at ? "good" : "plain"}>
      <div class="receipt">
        <Icon name={at ? "check-circle" : "intake"} />
        <div class="grow">
          <p class="small">{words.receipt}</p>
          <p class="receipt-number figures">{dossier.receipt_no}</p>
          <p class="small">{at && by ? say(words.receivedLine, { tên: by.full_name, giờ: dayAndTime(at) }) : say(words.waitingReceipt, { "Kho bạc": dossier.treasury.name })}</p>
        </div>
      </div>
    </Card>
  );
}

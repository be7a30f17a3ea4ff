/** Why a dossier came back, who gave it back, and the way to mend it. */
import type { Row } from "../../dossier/types";
import { ButtonLink } from "../../ui/button";
import { dayAndTime } from "../../ui/format";
import { Icon } from "../../ui/icons";
import { say } from "../../words/say";
import { dossiers as words } from "../../words/vi/dossiers";

export function ReturnedReason({ id, returned }: { id: string; returned: NonNullable<Row["returned"]> }) {
  return (
    <div class="returned-reason">
      <Icon name="return" />
      <div class="grow">
        <p class="returned-words">{returned.note}</p>
        <p class="small returned-by">{say(words.returnedBy, { tên: returned.by, giờ: dayAndTime(returned.at) })}</p>
      </div>
      <ButtonLink kind="quiet" icon="edit" href={`/ho-so/${id}/sua`}>{words.edit}</ButtonLink>
    </div>
  );
}

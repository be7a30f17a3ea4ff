/** Why a dossier came back: the last words of its log, read with the row. */
import { read } from "../../api/client";
import { useLoaded } from "../../api/use-loaded";
import { ButtonLink } from "../../ui/button";
import { dayAndTime } from "../../ui/format";
import { Icon } from "../../ui/icons";
import { say } from "../../words/say";
import { dossiers as words } from "../../words/vi/dossiers";

export function ReturnedReason({ id, version }: { id: string; version: number }) {
  const { state } = useLoaded(() => readReason(id), `${id} ${version}`);
  const last = state.at === "ready" ? state.value : undefined;
  return (
    <div class="returned-reason" aria-busy={state.at === "loading"}>
      <Icon name="return" />
      <div class="grow">
        {last?.note && <p class="returned-words">{last.note}</p>}
        <p class="small returned-by">{last ? say(words.returnedBy, { tên: last.actor_name, giờ: dayAndTime(last.at) }) : state.at === "failed" ? words.reasonFailed : words.reasonLoading}</p>
      </div>
      <ButtonLink kind="quiet" icon="edit" href={`/ho-so/${id}/sua`}>{words.edit}</ButtonLink>
    </div>
  );
}

async function readReason(id: string) {
  const { log, status } = await read("/api/dossiers/{dossier_id}", { path: { dossier_id: id } });
  return [...log].reverse().find((entry) => entry.to_status === status);
}

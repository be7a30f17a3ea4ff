/** A refusal inside a sheet: was anything signed, what happened, what to do. Read out once. */
import { Icon } from "../../ui/icons";
import { say } from "../../words/say";
import { states } from "../../words/vi/states";
import type { Refusal } from "./refusal";

export function RefusalNote({ refusal }: { refusal: Refusal }) {
  return (
    <div class={refusal.what === "unclear" ? "note note-unclear" : "note note-warning"} role="alert">
      <Icon name={refusal.what === "unclear" ? "question" : "alert"} />
      <div class="grow">
        <p class="note-opening">{refusal.opening}</p>
        <p>{refusal.happened}</p>
        {refusal.advice && <p class="small">{refusal.advice}</p>}
        {refusal.supportCode && <p class="support-code">{say(states.supportCode, { mã: refusal.supportCode })}</p>}
      </div>
    </div>
  );
}

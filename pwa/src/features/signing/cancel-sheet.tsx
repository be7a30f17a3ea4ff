/** Two ways out of a waiting request: "cancel it", and the alarm "I never asked for this", which counts after the end too. */
import { useRef, useState } from "preact/hooks";
import { command } from "../../api/command";
import { asProblem } from "../../api/problem";
import { Button } from "../../ui/button";
import { Sheet } from "../../ui/sheet";
import { say } from "../../words/say";
import { confirm } from "../../words/vi/confirm";
import { alarm } from "../../words/vi/provider-health";
import { waiting as words } from "../../words/vi/waiting";
import { Decision } from "./action";
import type { Signing } from "./ending";
import { noteAlarm } from "./alarm";

export type CancelKind = "cancel" | "not-mine" | "not-mine-ended";

const SAID = {
  cancel: { title: words.cancelTitle, body: words.cancelBody, confirm: words.cancelConfirm },
  "not-mine": { title: words.notMeTitle, body: words.notMeBody, confirm: words.notMeConfirm },
  "not-mine-ended": { title: words.notMeTitle, body: alarm.endedBody, confirm: alarm.endedConfirm },
} as const;

export interface CancelSheetProps {
  kind: CancelKind;
  signing: Signing;
  onAnswer: (signing: Signing) => void;
  onClosed: () => void;
}

export function CancelSheet({ kind, signing, onAnswer, onClosed }: CancelSheetProps) {
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<string>();
  const decision = useRef(new Decision());
  const said = SAID[kind];
  const go = async () => {
    setBusy(true);
    setFailed(undefined);
    try {
      const answer = await send(kind, signing.id, decision.current.keyFor(kind));
      if (kind !== "cancel") noteAlarm(signing.id);
      onClosed();
      onAnswer(answer);
    } catch (error) {
      const problem = asProblem(error);
      setFailed(problem.isOffline ? words.cancelOffline : problem.title);
      setBusy(false);
    }
  };
  return (
    <Sheet
      open
      title={said.title}
      onClose={onClosed}
      actions={
        <>
          <Button kind="outline" onClick={onClosed}>{kind === "not-mine-ended" ? confirm.back : words.keepWaiting}</Button>
          <Button kind="danger" guard busy={busy && words.cancelling} onClick={() => void go()}>{said.confirm}</Button>
        </>
      }
    >
      <p>{say(said.body, { "tên app": signing.app_name })}</p>
      {failed && <p class="field-error" role="alert">{failed}</p>}
    </Sheet>
  );
}

function send(kind: CancelKind, id: string, key: string): Promise<Signing> {
  const options = { path: { signing_id: id }, body: {}, key };
  return kind === "cancel" ? command("post", "/api/signings/{signing_id}/cancel", options) : command("post", "/api/signings/{signing_id}/not-mine", options);
}

/** "Tôi không yêu cầu ký" under a request that has ended: nothing is left to cancel, but the alarm still counts. */
import { useState } from "preact/hooks";
import { ButtonLink } from "../../ui/button";
import { Icon } from "../../ui/icons";
import { alarm as words } from "../../words/vi/provider-health";
import { waiting } from "../../words/vi/waiting";
import { wasAlarm } from "./alarm";
import { CancelSheet } from "./cancel-sheet";
import type { Signing } from "./ending";

/** Whether the alarm was raised in this tab, and what to call when it is. */
export function useAlarm(signing: Signing): [raised: boolean, raise: () => void] {
  const [raised, setRaised] = useState(wasAlarm(signing.id));
  return [raised, () => setRaised(true)];
}

export function NotMine({ signing, raised, onRaised }: { signing: Signing; raised: boolean; onRaised: () => void }) {
  const [asking, setAsking] = useState(false);
  if (raised) return <AlarmRaised />;
  return (
    <>
      <button type="button" class="link-button signing-alarm" onClick={() => setAsking(true)}><Icon name="shield" />{waiting.notMe}</button>
      {asking && <CancelSheet kind="not-mine-ended" signing={signing} onAnswer={onRaised} onClosed={() => setAsking(false)} />}
    </>
  );
}

function AlarmRaised() {
  return (
    <div class="note note-warning" role="status">
      <Icon name="shield" />
      <div class="grow stack"><p>{waiting.notMeDone}</p><ButtonLink kind="outline" href="/tai-khoan">{words.toAccount}</ButtonLink></div>
    </div>
  );
}

/** After a one-time password: choose one's own, then the offer of a passkey. Only then is the person inside. */
import { useState } from "preact/hooks";
import { csrf } from "../../api/client";
import { command } from "../../api/command";
import { whyNoPasskeys } from "../../session/passkey-support";
import { Button } from "../../ui/button";
import { access as words } from "../../words/vi/access";
import { passkey } from "../../words/vi/passkey";
import { enrol } from "../account/enrol";
import { NewPassword } from "../account/new-password";
import { useAttempt } from "../account/proof";
import { Refusal } from "../account/refusal";
import { Panel } from "./panel";

export function FirstTime({ username, onDone }: { username: string; onDone: () => Promise<void> }) {
  const [chosen, setChosen] = useState(false);
  const send = async (password: string) => {
    csrf.token = (await command("put", "/api/account/password", { body: { new_password: password } })).csrf_token;
    // Where there can be no passkey there is nothing to offer; the account page says why.
    if (whyNoPasskeys()) await onDone();
    else setChosen(true);
  };
  if (chosen) return <Offer onDone={onDone} />;
  return <Panel title={words.newTitle} lead={words.newLead}><NewPassword username={username} send={send} /></Panel>;
}

function Offer({ onDone }: { onDone: () => Promise<void> }) {
  const [declined, setDeclined] = useState(false);
  const { busy, refused, attempt } = useAttempt();
  const add = () => attempt(async () => {
    setDeclined(false);
    if (await enrol()) await onDone();
    else setDeclined(true);
  });
  return (
    <Panel title={words.offerTitle} lead={words.offerLead}>
      <p class="muted">{passkey.before}</p>
      <Refusal problem={refused} sentence={declined ? words.notAdded : undefined} />
      <Button wide icon="shield" busy={busy && passkey.asking} onClick={() => void add()}>{words.offerNow}</Button>
      <Button kind="outline" wide onClick={() => void onDone()}>{words.offerLater}</Button>
    </Panel>
  );
}

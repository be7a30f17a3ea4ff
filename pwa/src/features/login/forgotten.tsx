/** A forgotten password: ask for the letter, and, behind its link, choose a new one. Tells nobody which accounts exist. */
import { useEffect, useRef, useState } from "preact/hooks";
import { command } from "../../api/command";
import { useOnline } from "../../api/use-online";
import { Button } from "../../ui/button";
import { Field } from "../../ui/field";
import { access as words } from "../../words/vi/access";
import { login } from "../../words/vi/login";
import { NewPassword } from "../account/new-password";
import { useAttempt } from "../account/proof";
import { Refusal } from "../account/refusal";
import { Panel } from "./panel";

export function Forgotten({ username: typed, onBack }: { username: string; onBack: () => void }) {
  const [username, setUsername] = useState(typed);
  const [missing, setMissing] = useState(false);
  const [sent, setSent] = useState(false);
  const { busy, refused, attempt } = useAttempt();
  const online = useOnline();
  const field = useRef<HTMLFormElement>(null);
  useEffect(() => field.current?.querySelector("input")?.focus({ preventScroll: true }), []);
  const go = () => {
    setMissing(username.trim() === "");
    if (username.trim() === "" || !online) return;
    void attempt(async () => {
      await command("post", "/api/account/reset", { body: { username: username.trim() } });
      setSent(true);
    });
  };
  if (sent) return <Panel title={words.forgotSentTitle} lead={words.forgotSent}><p class="muted">{words.forgotNoMail}</p><Back onBack={onBack} /></Panel>;
  return (
    <Panel title={words.forgotTitle} lead={words.forgotLead}>
      <form ref={field} class="stack" noValidate onSubmit={(event) => { event.preventDefault(); go(); }}>
        <Field label={login.userName} hint={login.userNameHint} name="username" autocomplete="username" autocapitalize="none" spellcheck={false} enterKeyHint="send" maxLength={40} value={username} onValue={setUsername} error={missing ? login.nameMissing : undefined} />
        <Refusal problem={refused} />
        <Button type="submit" wide busy={busy && words.forgotSending} disabled={!online}>{words.forgotSend}</Button>
      </form>
      <Back onBack={onBack} />
    </Panel>
  );
}

/** Behind the link of the letter. */
export function Reset({ token, onBack }: { token: string; onBack: () => void }) {
  const [done, setDone] = useState(false);
  if (done) return <Panel title={words.resetDoneTitle} lead={words.resetDone}><Button wide onClick={onBack}>{words.backToLogIn}</Button></Panel>;
  const send = async (password: string) => {
    await command("put", "/api/account/reset", { body: { token, new_password: password } });
    setDone(true);
  };
  return (
    <Panel title={words.newTitle} lead={words.resetLead}>
      <NewPassword send={send} />
      <Back onBack={onBack} />
    </Panel>
  );
}

function Back({ onBack }: { onBack: () => void }) {
  return <Button kind="quiet" wide onClick={onBack}>{words.backToLogIn}</Button>;
}

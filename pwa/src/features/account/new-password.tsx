/** One field for a new password, with the sentence of what is wrong beside it. Typed once: it can be shown, and pasted. */
import { useState } from "preact/hooks";
import { asProblem, type Problem } from "../../api/problem";
import { useOnline } from "../../api/use-online";
import { Button } from "../../ui/button";
import { PasswordField } from "../../ui/field";
import { access as words } from "../../words/vi/access";
import { Refusal } from "./refusal";

export interface NewPasswordProps {
  /** For password managers; unknown behind a link of a letter. */
  username?: string | undefined;
  /** Settles when the password is kept; `Problem` when not. */
  send: (password: string) => Promise<void>;
}

export function NewPassword({ username, send }: NewPasswordProps) {
  const [password, setPassword] = useState("");
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState<string>();
  const [refused, setRefused] = useState<Problem>();
  const online = useOnline();
  const go = async () => {
    if (busy || !online) return;
    if (password === "") return setWrong(words.newMissing);
    setBusy(true);
    setWrong(undefined);
    setRefused(undefined);
    try {
      await send(password);
    } catch (error) {
      const problem = asProblem(error);
      const beside = problem.fields.find((field) => field.path.endsWith("new_password"));
      if (beside) setWrong(beside.sentence);
      else setRefused(problem);
    }
    setBusy(false);
  };
  return (
    <form class="stack" noValidate onSubmit={(event) => { event.preventDefault(); void go(); }}>
      {username && <input class="visually-hidden" type="text" name="username" autocomplete="username" value={username} readOnly tabIndex={-1} aria-hidden="true" />}
      <PasswordField label={words.newPassword} hint={words.newHint} name="new-password" autocomplete="new-password" enterKeyHint="done" maxLength={200} value={password} onValue={setPassword} error={wrong} />
      <Refusal problem={refused} />
      <Button type="submit" wide busy={busy && words.newSaving} disabled={!online}>{words.newSave}</Button>
    </form>
  );
}

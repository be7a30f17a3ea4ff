/** U22: a new password; the server asks for a fresh proof first when the log-in is long ago. */
import { useState } from "preact/hooks";
import { csrf } from "../../api/client";
import { command } from "../../api/command";
import { usePerson } from "../../session/person";
import { access as words } from "../../words/vi/access";
import { NewPassword } from "./new-password";
import { useProof } from "./proof";

export function ChangePassword() {
  const person = usePerson();
  const { proved, sheet } = useProof();
  const [done, setDone] = useState(false);
  const send = async (password: string) => {
    const told = await proved(() => command("put", "/api/account/password", { body: { new_password: password } }));
    if (!told) return;
    csrf.token = told.csrf_token;
    setDone(true);
  };
  if (done) return <p class="note note-good" role="status">{words.changed}</p>;
  return (
    <>
      <p>{words.changeLead}</p>
      <NewPassword username={person.username} send={send} />
      {sheet}
    </>
  );
}

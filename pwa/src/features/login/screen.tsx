/**
 * U1: logging in, one field per step. The address never changes, so afterwards the person is on the screen they wanted.
 *
 * Does not: keep the password anywhere but in its field, or tell whether a user name exists.
 */
import { useEffect, useRef, useState } from "preact/hooks";
import { command } from "../../api/command";
import { useOnline } from "../../api/use-online";
import { asProblem } from "../../api/problem";
import { refreshSession } from "../../session/session";
import { Button } from "../../ui/button";
import { Checkbox, Field, PasswordField } from "../../ui/field";
import { Icon, Mark, type IconName } from "../../ui/icons";
import { say } from "../../words/say";
import { login as words } from "../../words/vi/login";
import { shell } from "../../words/vi/shell";
import { states } from "../../words/vi/states";

type State =
  | { at: "name" }
  | { at: "password" }
  | { at: "sending" }
  /** Beside the field it concerns, or above the button. */
  | { at: "unnamed" }
  | { at: "refused"; field: "password" | "none"; sentence: string; supportCode: string | undefined };

export function Screen() {
  return (
    <div class="login">
      <aside class="login-aside">
        <Brand />
        <ul class="login-advice">
          {ADVICE.map(({ icon, text }) => <li key={text}><Icon name={icon} /><span>{text}</span></li>)}
        </ul>
      </aside>
      <div class="login-main">
        <div class="login-brand"><Brand /></div>
        <Form />
      </div>
    </div>
  );
}

const ADVICE: readonly { icon: IconName; text: string }[] = [
  { icon: "person", text: words.adviceOwn },
  { icon: "phone", text: words.adviceCompare },
  { icon: "shield", text: words.adviceNobodyAsks },
];

function Brand() {
  return (
    <div class="brand">
      <Mark />
      <div>
        <p class="brand-name">{shell.appName}</p>
        <p class="brand-line">{words.brandLine}</p>
      </div>
    </div>
  );
}

function Form() {
  const [state, setState] = useState<State>({ at: "name" });
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const [shared, setShared] = useState(false);
  const online = useOnline();
  const form = useRef<HTMLFormElement>(null);
  const second = state.at !== "name" && state.at !== "unnamed";
  const refused = state.at === "refused" ? state : undefined;
  useFocusedField(form, state);

  const submit = async (event: Event) => {
    event.preventDefault();
    if (!online || state.at === "sending") return;
    if (username.trim() === "") return setState({ at: "unnamed" });
    if (!second) return setState({ at: "password" });
    if (password === "") return setState({ at: "refused", field: "password", sentence: words.passwordMissing, supportCode: undefined });
    setState({ at: "sending" });
    setState((await logIn({ username: username.trim(), password, shared_device: shared })) ?? { at: "sending" });
  };

  return (
    <form ref={form} class="login-form" onSubmit={(event) => void submit(event)} noValidate>
      <div>
        <h1 class="login-title" tabIndex={-1}>{words.title}</h1>
        <p class="login-lead">{second ? words.stepPassword : words.stepName}</p>
      </div>
      {second ? (
        <>
          <div class="login-person">
            <Icon name="person" />
            <span class="grow">{username.trim()}</span>
            <Button kind="quiet" onClick={() => setState({ at: "name" })}>{words.otherName}</Button>
          </div>
          {/* Password managers look for the name beside the password. */}
          <input class="visually-hidden" type="text" name="username" autocomplete="username" value={username} readOnly tabIndex={-1} aria-hidden="true" />
          <PasswordField label={words.password} name="password" autocomplete="current-password" enterKeyHint="done" maxLength={200} value={password} onValue={setPassword} error={refused?.field === "password" ? refused.sentence : undefined} />
          <Checkbox label={words.sharedDevice} hint={words.sharedHint} checked={shared} onChecked={setShared} />
        </>
      ) : (
        <Field label={words.userName} hint={words.userNameHint} name="username" autocomplete="username" autocapitalize="none" spellcheck={false} enterKeyHint="next" maxLength={40} value={username} onValue={setUsername} error={state.at === "unnamed" ? words.nameMissing : undefined} />
      )}
      {refused?.field === "none" && (
        <div class="note note-warning" role="alert">
          <Icon name="alert" />
          <div class="grow"><p>{refused.sentence}</p>{refused.supportCode && <p class="support-code">{say(states.supportCode, { mã: refused.supportCode })}</p>}</div>
        </div>
      )}
      {!online && <p class="login-offline" role="status"><Icon name="offline" />{words.offline}</p>}
      <Button type="submit" wide busy={state.at === "sending" && words.busy} disabled={!online}>{second ? words.title : words.continue}</Button>
      <details class="login-help">
        <summary>{words.cannot}</summary>
        <p>{words.cannotAnswer}</p>
      </details>
    </form>
  );
}

async function logIn(body: { username: string; password: string; shared_device: boolean }): Promise<State | undefined> {
  try {
    await command("post", "/api/session", { body });
  } catch (error) {
    const problem = asProblem(error);
    const wrong = problem.code === "auth.bad_credentials";
    return { at: "refused", field: wrong ? "password" : "none", sentence: problem.isOffline ? words.offline : problem.title, supportCode: problem.supportCode };
  }
  await refreshSession();
  return undefined;
}

/** Each step begins in its field, and a refusal leads back to it. */
function useFocusedField(form: { readonly current: HTMLFormElement | null }, state: State): void {
  useEffect(() => {
    if (state.at === "sending") return;
    form.current?.querySelector<HTMLInputElement>("input:not([tabindex]):not([type=checkbox])")?.focus({ preventScroll: true });
  }, [state, form]);
}

/**
 * Logging in, one field per step: a name, then a password; or a passkey instead of both.
 *
 * Does not: keep the password anywhere but in its field, or tell whether a user name exists.
 */
import { useEffect, useRef, useState } from "preact/hooks";
import { command } from "../../api/command";
import { asProblem, type Problem } from "../../api/problem";
import { useOnline } from "../../api/use-online";
import type { Answer } from "../../api/wire";
import { whyNoPasskeys } from "../../session/passkey-support";
import { Button } from "../../ui/button";
import { Checkbox, Field, PasswordField } from "../../ui/field";
import { Icon } from "../../ui/icons";
import { login as words } from "../../words/vi/login";
import { passkey } from "../../words/vi/passkey";
import { Refusal } from "../account/refusal";

export type LoggedIn = Answer<"/api/session", "post">;

type State =
  | { at: "name" | "unnamed" | "password" }
  | { at: "sending"; by: "password" | "passkey" }
  /** The password was right, and a passkey is wanted all the same; `cancelled` when the device said no. */
  | { at: "passkey"; problem: Problem; cancelled?: boolean }
  | { at: "refused"; step: "name" | "password"; beside?: string; problem?: Problem; sentence?: string };

/** A challenge lives five minutes; what waits behind the name field asks anew before that. */
const ASK_ANEW_MS = 4 * 60_000;

export function Form({ onLoggedIn, onForgotten }: { onLoggedIn: (told: LoggedIn) => Promise<void>; onForgotten: (username: string) => void }) {
  const [state, setState] = useState<State>({ at: "name" });
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const [shared, setShared] = useState(false);
  const online = useOnline();
  const form = useRef<HTMLFormElement>(null);
  const step = stepOf(state);
  useFocusedField(form, state);

  const logIn = async (by: "password" | "passkey", ask: () => Promise<LoggedIn | undefined>) => {
    const before = state;
    setState({ at: "sending", by });
    try {
      const told = await ask();
      if (told) return await onLoggedIn(told);
      setState(before.at === "passkey" ? { ...before, cancelled: true } : { at: "refused", step, sentence: passkey.cancelled });
    } catch (error) {
      setState(refusal(asProblem(error), step));
    }
  };
  const submit = (event: Event) => {
    event.preventDefault();
    if (!online || state.at === "sending") return;
    if (username.trim() === "") return setState({ at: "unnamed" });
    if (step === "name") return setState({ at: "password" });
    if (password === "") return setState({ at: "refused", step, beside: words.passwordMissing });
    const body = { username: username.trim(), password, shared_device: shared };
    void logIn("password", () => command("post", "/api/session", { body }));
  };
  const byPasskey = () => online && state.at !== "sending" && void logIn("passkey", () => logInByPasskey(shared));
  useAutofill(step === "name" && state.at !== "sending", shared, (told) => void logIn("passkey", async () => told));

  return (
    <form ref={form} class="login-form" onSubmit={submit} noValidate>
      <div>
        <h1 class="login-title" tabIndex={-1}>{words.title}</h1>
        <p class="login-lead">{leadOf(state)}</p>
      </div>
      {step === "password" ? (
        <>
          <div class="login-person">
            <Icon name="person" />
            <span class="grow">{username.trim()}</span>
            <Button kind="quiet" onClick={() => setState({ at: "name" })}>{words.otherName}</Button>
          </div>
          {/* Password managers look for the name beside the password. */}
          <input class="visually-hidden" type="text" name="username" autocomplete="username" value={username} readOnly tabIndex={-1} aria-hidden="true" />
          {state.at === "passkey" ? null : <PasswordField label={words.password} name="password" autocomplete="current-password" enterKeyHint="done" maxLength={200} value={password} onValue={setPassword} error={state.at === "refused" ? state.beside : undefined} />}
        </>
      ) : (
        <Field label={words.userName} hint={words.userNameHint} name="username" autocomplete="username webauthn" autocapitalize="none" spellcheck={false} enterKeyHint="next" maxLength={40} value={username} onValue={setUsername} error={state.at === "unnamed" ? words.nameMissing : undefined} />
      )}
      {state.at === "refused" && <Refusal problem={state.problem} sentence={state.sentence} />}
      {state.at === "passkey" && <Refusal problem={state.cancelled ? undefined : state.problem} sentence={state.cancelled ? passkey.cancelledOnly : undefined} />}
      {!online && <p class="login-offline" role="status"><Icon name="offline" />{words.offline}</p>}
      {state.at !== "passkey" && <Button type="submit" wide busy={state.at === "sending" && state.by === "password" && words.busy} disabled={!online}>{step === "password" ? words.title : words.continue}</Button>}
      {(step === "name" || state.at === "passkey") && <PasskeyButton first={state.at === "passkey"} busy={state.at === "sending" && state.by === "passkey"} online={online} onClick={byPasskey} />}
      <Checkbox label={words.sharedDevice} hint={words.sharedHint} checked={shared} onChecked={setShared} />
      <details class="login-help">
        <summary>{words.cannot}</summary>
        <p>{words.cannotAnswer}</p>
        <Button kind="quiet" onClick={() => onForgotten(username.trim())}>{words.forgot}</Button>
      </details>
    </form>
  );
}

function leadOf(state: State): string {
  if (state.at === "passkey") return passkey.before;
  return stepOf(state) === "password" ? words.stepPassword : words.stepName;
}

function stepOf(state: State): "name" | "password" {
  if (state.at === "refused") return state.step;
  if (state.at === "sending") return state.by === "password" ? "password" : "name";
  return state.at === "password" || state.at === "passkey" ? "password" : "name";
}

function refusal(problem: Problem, step: "name" | "password"): State {
  if (problem.code === "auth.passkey_needed") return { at: "passkey", problem };
  return problem.code === "auth.bad_credentials" ? { at: "refused", step, beside: problem.title } : { at: "refused", step, problem };
}

/** Says why where there can be none; the way by password stands above it. */
function PasskeyButton({ first, busy, online, onClick }: { first: boolean; busy: boolean; online: boolean; onClick: () => void }) {
  const impossible = whyNoPasskeys();
  if (impossible) return <p class="muted small">{impossible}</p>;
  return <Button kind={first ? "primary" : "outline"} icon="shield" wide busy={busy && passkey.asking} disabled={!online} onClick={onClick}>{passkey.logIn}</Button>;
}

/** Asking the device is not needed to draw the form. */
const asking = () => import("../../session/passkey");

async function logInByPasskey(shared: boolean, autofill = false): Promise<LoggedIn | undefined> {
  const { answerTo, logInQuestion } = await asking();
  const answer = await answerTo(await logInQuestion(), autofill);
  return answer && command("post", "/api/session/passkey", { body: { ...answer, shared_device: shared } });
}

/** Passkeys among the suggestions of the name field, where the browser has that. A quiet offer: what fails is not told. */
function useAutofill(on: boolean, shared: boolean, onLoggedIn: (told: LoggedIn) => void): void {
  const latest = useRef({ shared, onLoggedIn });
  latest.current = { shared, onLoggedIn };
  useEffect(() => {
    if (!on || whyNoPasskeys()) return;
    let over = false;
    const ask = async () => {
      const module = await asking().catch(() => undefined);
      if (over || !(await module?.fillsIn())) return;
      const told = await logInByPasskey(latest.current.shared, true).catch(() => undefined);
      if (told && !over) latest.current.onLoggedIn(told);
    };
    void ask();
    const again = setInterval(() => void ask(), ASK_ANEW_MS);
    return () => {
      over = true;
      clearInterval(again);
    };
  }, [on]);
  // Only at the very end: while this screen stands, the browser ends the quiet question by itself when another is asked.
  useEffect(() => () => void asking().then(({ stopAsking }) => stopAsking(), () => undefined), []);
}

/** Each step begins in its field, and a refusal leads back to it. */
function useFocusedField(form: { readonly current: HTMLFormElement | null }, state: State): void {
  useEffect(() => {
    if (state.at === "sending") return;
    form.current?.querySelector<HTMLInputElement>("input:not([tabindex]):not([type=checkbox])")?.focus({ preventScroll: true });
  }, [state, form]);
}

/**
 * "Lấy thông tin chứng thư số từ nhà cung cấp": asks a CA which certificates it holds for this person, and binds the one
 * chosen. Fields come from the CA's descriptor. Ten seconds, then a clear end; a password goes out once and is kept nowhere.
 */
import { useEffect, useRef, useState } from "preact/hooks";
import { actionKey } from "../../api/action-key";
import { read } from "../../api/client";
import { asProblem, type Problem } from "../../api/problem";
import { useLoaded } from "../../api/use-loaded";
import { useOnline } from "../../api/use-online";
import type { components } from "../../api/schema";
import { Button } from "../../ui/button";
import { Field, PasswordField, RadioCards } from "../../ui/field";
import { focusField } from "../../ui/focus-field";
import { day } from "../../ui/format";
import { Icon } from "../../ui/icons";
import { Sheet } from "../../ui/sheet";
import { Skeleton } from "../../ui/skeleton";
import { ErrorState } from "../../ui/states";
import { say } from "../../words/say";
import { certificates as words } from "../../words/vi/registering-certificates";
import { CodeSheet } from "../signing/code-sheet";
import { refusalOf, type Asked, type Refusal } from "../signing/refusal";
import type { Api, Candidate } from "./api";
import { intoView } from "./into-view";
import { Note } from "./note";
import type { Registration } from "./parts";

type Provider = components["schemas"]["Provider"];

export const PATIENCE_MS = 10_000;

/** Ids of the fields, where what is missing is asked for. */
const FIELD = { provider: "cts-provider", login: "cts-login", password: "cts-password" };

type State =
  | { at: "asking"; problem?: Problem | "slow"; missing?: "provider" | "login" | "password" }
  | { at: "looking" }
  | { at: "code"; asked: Asked; sending: boolean; refusal?: Refusal | undefined }
  | { at: "choosing"; candidates: readonly Candidate[]; problem?: Problem; missing?: boolean }
  | { at: "binding"; candidates: readonly Candidate[] };

export interface CertificateSheetProps {
  api: Api;
  /** A person the server knows. */
  memberId: string;
  name: string;
  /** The version to bind to, asked when it is needed. */
  version: () => number;
  onBound: (registration: Registration) => void;
  onClosed: () => void;
}

export function CertificateSheet({ api, memberId, name, version, onBound, onClosed }: CertificateSheetProps) {
  const [state, setState] = useState<State>({ at: "asking" });
  const [slug, setSlug] = useState<string>();
  const [login, setLogin] = useState("");
  const [password, setPassword] = useState("");
  const [sealed, setSealed] = useState<string>();
  const asking = useRef<AbortController | undefined>(undefined);
  const { state: known, reload } = useLoaded(async () => (await read("/api/providers")).items, "providers");
  const online = useOnline();
  useEffect(() => () => asking.current?.abort(), []);
  const providers = known.at === "ready" ? known.value : [];
  const provider = providers.find((one) => one.slug === slug);

  const look = async (asked?: Asked, code?: string) => {
    const missing = !provider ? "provider" : login.trim() === "" ? "login" : provider.needs_password && !asked && password === "" ? "password" : undefined;
    if (missing || !provider) {
      focusField(FIELD[missing ?? "provider"]);
      return setState({ at: "asking", missing: missing ?? "provider" });
    }
    setState(asked ? { at: "code", asked, sending: true } : { at: "looking" });
    const stop = new AbortController();
    asking.current = stop;
    const late = setTimeout(() => stop.abort(), PATIENCE_MS);
    const who = { member_id: memberId, provider: provider.slug, provider_login: login.trim() };
    try {
      const { candidates } = await (asked && code !== undefined
        ? api.lookUpWithCode({ ...who, second_factor: { challenge: asked.challenge, code } }, stop.signal)
        : api.lookUp({ ...who, provider_password: provider.needs_password ? password : null }, stop.signal));
      setPassword("");
      const [first, ...rest] = candidates.filter(({ refused }) => refused === null);
      setSealed(rest.length === 0 ? first?.sealed : undefined);
      setState({ at: "choosing", candidates });
    } catch (error) {
      if (stop.signal.aborted) return setState({ at: "asking", ...(stop === asking.current ? { problem: "slow" as const } : {}) });
      const problem = asProblem(error);
      const refusal = refusalOf(problem);
      if (refusal.what === "second-factor") return setState({ at: "code", asked: refusal.asked, sending: false });
      if (asked && (refusal.what === "code" || refusal.what === "again")) return setState({ at: "code", asked, sending: false, refusal });
      setPassword("");
      setState({ at: "asking", problem });
    } finally {
      clearTimeout(late);
    }
  };
  const cancel = () => {
    const stop = asking.current;
    asking.current = undefined;
    stop?.abort();
    if (state.at !== "looking") onClosed();
  };
  const bind = async (candidates: readonly Candidate[]) => {
    if (!sealed) return setState({ at: "choosing", candidates, missing: true });
    setState({ at: "binding", candidates });
    try {
      onBound(await api.bind({ expected_version: version(), member_id: memberId, sealed }, actionKey()));
    } catch (error) {
      setState({ at: "choosing", candidates, problem: asProblem(error) });
    }
  };

  switch (state.at) {
    case "code":
      return (
        <CodeSheet
          provider={provider ?? { name: "", app_name: "" }}
          asked={state.asked}
          sending={state.sending}
          refusal={state.refusal}
          busy={words.looking}
          note={words.codeNote}
          resend={(challenge) => api.resendLookUpCode({ challenge })}
          onCode={(code) => void look(state.asked, code)}
          onAsked={(asked) => setState({ at: "code", asked, sending: false })}
          onRefused={(refusal) => setState({ ...state, refusal })}
          onBack={() => setState({ at: "asking" })}
          onClosed={onClosed}
        />
      );
    case "choosing":
    case "binding":
      return (
        <Sheet
          open
          title={words.chooseTitle}
          onClose={onClosed}
          actions={<><Button kind="outline" onClick={() => setState({ at: "asking" })}>{words.back}</Button><Button icon="check" guard disabled={!online || !sealed} busy={state.at === "binding" && words.binding} onClick={() => void bind(state.candidates)}>{words.bind}</Button></>}
        >
          {state.at === "choosing" && state.problem && <Note tone="danger">{sentenceOf(state.problem)}</Note>}
          <p class="muted">{say(words.chooseLead, { tên: name })}</p>
          <RadioCards legend={words.chooseTitle} hideLegend choices={state.candidates.map(choiceOf)} value={sealed} error={state.at === "choosing" && state.missing ? words.chooseTitle : undefined} onValue={setSealed} />
          <Differs mismatch={state.candidates.find((one) => one.sealed === sealed)?.mismatch} />
        </Sheet>
      );
    case "asking":
    case "looking":
      return (
        <Sheet
          open
          title={words.title}
          onClose={cancel}
          actions={<><Button kind="outline" onClick={cancel}>{words.cancel}</Button><Button icon="search" disabled={!online || providers.every(isDown)} busy={state.at === "looking" && (provider ? say(words.asking, { "nhà cung cấp": provider.name }) : words.looking)} onClick={() => void look()}>{words.look}</Button></>}
        >
          {known.at === "loading" && <Skeleton shapes={["row", "row"]} />}
          {known.at === "failed" && <ErrorState happened={known.problem.title} onRetry={() => void reload()} />}
          {known.at === "ready" && (
            <form class="stack" autocomplete="off" onSubmit={(event) => { event.preventDefault(); void look(); }}>
              <RadioCards id={FIELD.provider} legend={words.provider} choices={providers.map(providerChoice)} value={slug} error={state.at === "asking" && state.missing === "provider" ? words.missing.provider : undefined} onValue={setSlug} />
              {provider && <Field id={FIELD.login} label={words.login} hint={words.loginHint} autocomplete="off" autocapitalize="none" spellcheck={false} maxLength={64} error={state.at === "asking" && state.missing === "login" ? words.missing.login : undefined} value={login} onValue={setLogin} />}
              {provider?.needs_password && <PasswordField id={FIELD.password} label={words.password} hint={words.passwordHint} autocomplete="off" autocapitalize="off" spellcheck={false} error={state.at === "asking" && state.missing === "password" ? words.missing.password : undefined} value={password} onValue={setPassword} />}
              <button type="submit" class="visually-hidden" tabIndex={-1} aria-hidden="true" />
            </form>
          )}
          {state.at === "asking" && state.problem && <div ref={intoView}><Note tone="danger">{state.problem === "slow" ? words.slow : sentenceOf(state.problem)}</Note></div>}
        </Sheet>
      );
    default:
      return state satisfies never;
  }
}

/** The holder differs from the member in a way that people at the Treasury decide about. */
export function Differs({ mismatch }: { mismatch: string | undefined }) {
  return mismatch ? <p class="note note-warning" role="status"><Icon name="alert" /><span class="grow">{say(words.differs, { câu: mismatch })}</span></p> : null;
}

function isDown({ health }: Provider): boolean {
  return health.state === "down";
}

function providerChoice(provider: Provider) {
  return { value: provider.slug, title: provider.name, ...(isDown(provider) ? { barred: words.down } : {}) };
}

function choiceOf({ sealed, subject_name, serial_number, issuer_name, valid_from, valid_to, refused }: Candidate) {
  return {
    value: sealed,
    title: subject_name,
    sub: say(words.candidate, { "sê ri": serial_number, "tổ chức cấp": issuer_name, từ: day(valid_from), đến: day(valid_to) }),
    ...(refused === null ? {} : { barred: refused }),
  };
}

function sentenceOf(problem: Problem): string {
  return [problem.fields[0]?.sentence ?? problem.title, problem.detail].filter(Boolean).join(" ");
}

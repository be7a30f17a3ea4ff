/**
 * "Chọn thông tin người duyệt ký số từ xa": who signs, what their CA wants to know, and the request itself.
 *
 * One tap is one decision under one key. A password or code lives in this sheet's memory and goes out once.
 */
import { useState } from "preact/hooks";
import { asProblem } from "../../api/problem";
import { useLoaded, type Loaded } from "../../api/use-loaded";
import { useOnline } from "../../api/use-online";
import { Button } from "../../ui/button";
import { Field, PasswordField, RadioCards } from "../../ui/field";
import { focusField } from "../../ui/focus-field";
import { day } from "../../ui/format";
import { Sheet } from "../../ui/sheet";
import { Skeleton } from "../../ui/skeleton";
import { ErrorState } from "../../ui/states";
import { say } from "../../words/say";
import { sending as words } from "../../words/vi/registering-sending";
import { Decision } from "../signing/action";
import { CodeSheet } from "../signing/code-sheet";
import { refusalOf, type Asked, type Refusal } from "../signing/refusal";
import { RefusalNote } from "../signing/refusal-note";
import type { Signer } from "./api";
import type { StageProps } from "./stage-props";

/** Ids of the fields, where what is missing is asked for. */
const FIELD = { signer: "declaration-signer", password: "declaration-password" };

type State =
  | { at: "asking"; refusal?: Refusal; missing?: string }
  | { at: "sending" }
  | { at: "code"; asked: Asked; sending: boolean; refusal?: Refusal | undefined };

export function SignSheet({ api, server, onMoved, onClosed }: StageProps & { onClosed: () => void }) {
  const [state, setState] = useState<State>({ at: "asking" });
  const [picked, setPicked] = useState<string>();
  const [password, setPassword] = useState("");
  const [decision] = useState(() => new Decision());
  const { state: signers, reload } = useLoaded(api.signers, `${server.id} ${server.version}`);
  const online = useOnline();
  const able = signers.at === "ready" ? signers.value.filter(({ reason }) => reason === null) : [];
  const [only, ...others] = able;
  const signer = able.find(({ member_id }) => member_id === picked) ?? (others.length === 0 ? only : undefined);

  const send = async (asked?: Asked, code?: string) => {
    if (!signer || (signer.needs_password && !asked && password === "")) {
      focusField(signer ? FIELD.password : FIELD.signer);
      return setState({ at: "asking", missing: signer ? words.passwordMissing : words.pickFirst });
    }
    setState(asked ? { at: "code", asked, sending: true } : { at: "sending" });
    const meaning = { expected_version: server.version, member_id: signer.member_id, seen_digests: server.documents.map(({ sha256 }) => sha256) };
    try {
      if (asked && code !== undefined) await api.signWithCode({ ...meaning, second_factor: { challenge: asked.challenge, code } }, decision.keyFor(meaning));
      else await api.sign({ ...meaning, provider_password: signer.needs_password ? password : null }, decision.keyFor(meaning));
      onMoved(await api.read());
    } catch (error) {
      const refusal = refusalOf(asProblem(error));
      if (refusal.what === "running") return onMoved(await api.read());
      if (refusal.what === "second-factor") return setState({ at: "code", asked: refusal.asked, sending: false });
      if (asked && (refusal.what === "code" || refusal.what === "again")) return setState({ at: "code", asked, sending: false, refusal });
      setPassword("");
      setState({ at: "asking", refusal });
    }
  };

  if (state.at === "code" && signer) {
    return (
      <CodeSheet
        provider={{ name: signer.provider_name, app_name: signer.app_name }}
        asked={state.asked}
        sending={state.sending}
        refusal={state.refusal}
        resend={(challenge) => api.resendSignCode({ challenge, member_id: signer.member_id })}
        onCode={(code) => void send(state.asked, code)}
        onAsked={(asked) => setState({ at: "code", asked, sending: false })}
        onRefused={(refusal) => setState({ ...state, refusal })}
        onBack={() => setState({ at: "asking" })}
        onClosed={onClosed}
      />
    );
  }
  const busy = state.at === "sending";
  return (
    <Sheet
      open
      title={words.signerTitle}
      onClose={() => busy || onClosed()}
      actions={<><Button kind="outline" disabled={busy} onClick={onClosed}>{words.cancel}</Button><Button icon="sign" guard disabled={!online || able.length === 0} busy={busy && words.sendingNow} onClick={() => void send()}>{words.send}</Button></>}
    >
      {state.at === "asking" && state.refusal && <RefusalNote refusal={state.refusal} />}
      <Signers list={signers} picked={signer} error={state.at === "asking" && !signer ? state.missing : undefined} onPick={setPicked} reload={() => void reload()} />
      {signer?.needs_password && (
        <form class="stack" autocomplete="off" onSubmit={(event) => { event.preventDefault(); void send(); }}>
          <Field label={words.login} value={signer.provider_login_masked} readOnly autocomplete="off" onValue={() => undefined} />
          <PasswordField id={FIELD.password} label={words.password} hint={words.passwordHelp} error={state.at === "asking" && signer ? state.missing : undefined} value={password} onValue={setPassword} autocomplete="off" autocapitalize="off" spellcheck={false} enterKeyHint="send" />
        </form>
      )}
    </Sheet>
  );
}

function Signers({ list, picked, error, onPick, reload }: { list: Loaded<Signer[]>; picked: Signer | undefined; error: string | undefined; onPick: (id: string) => void; reload: () => void }) {
  switch (list.at) {
    case "loading":
      return <Skeleton shapes={["row"]} />;
    case "failed":
      return <ErrorState happened={list.problem.isOffline ? words.signersFailed : list.problem.title} onRetry={reload} />;
    case "ready":
      if (list.value.length === 0) return <p>{words.signersEmpty}</p>;
      return (
        <RadioCards
          id={FIELD.signer}
          legend={words.signer}
          choices={list.value.map((signer) => ({
            value: signer.member_id,
            title: signer.full_name,
            sub: lineOf(signer),
            ...(signer.reason === null ? {} : { barred: signer.reason }),
          }))}
          value={picked?.member_id}
          error={error}
          onValue={onPick}
        />
      );
    default:
      return list satisfies never;
  }
}

function lineOf({ title_label, provider_name, serial_tail, valid_to }: Signer): string {
  const line = say(words.signerLine, { "chức danh": title_label, "nhà cung cấp": provider_name });
  return valid_to ? `${line} · ${say(words.signerCertificate, { "sê ri": serial_tail, ngày: day(valid_to) })}` : line;
}

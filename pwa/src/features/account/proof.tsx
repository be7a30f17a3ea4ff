/** Changing how one gets in needs a fresh proof: when the server asks for it, a sheet does, and the same is tried again. */
import { useEffect, useState } from "preact/hooks";
import { csrf, read } from "../../api/client";
import { command } from "../../api/command";
import { asProblem, Problem } from "../../api/problem";
import { useLoaded } from "../../api/use-loaded";
import type { Answer } from "../../api/wire";
import { answerTo } from "../../session/passkey";
import { Button } from "../../ui/button";
import { PasswordField } from "../../ui/field";
import { Sheet } from "../../ui/sheet";
import { Skeleton } from "../../ui/skeleton";
import { access as words } from "../../words/vi/access";
import { passkey } from "../../words/vi/passkey";
import { Refusal } from "./refusal";

type Question = Answer<"/api/account/proof/passkey">;

/** `proved(act)` answers what `act` does, or `undefined` when the person did not want to prove anything. */
export function useProof() {
  const [asked, setAsked] = useState<{ settle: (proven: boolean) => void }>();
  const proved = async <T,>(act: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== "auth.stepup") throw error;
    }
    const proven = await new Promise<boolean>((settle) => setAsked({ settle }));
    setAsked(undefined);
    return proven ? act() : undefined;
  };
  return { proved, sheet: asked && <ProofSheet onSettled={asked.settle} /> };
}

function ProofSheet({ onSettled }: { onSettled: (proven: boolean) => void }) {
  const { state } = useLoaded(() => read("/api/account/proof/passkey"), "proof");
  useEffect(() => () => onSettled(false), []);
  return (
    <Sheet open title={words.proofTitle} onClose={() => onSettled(false)}>
      {state.at === "loading" && <Skeleton shapes={["line", "line"]} />}
      {state.at === "failed" && <Refusal problem={state.problem} />}
      {state.at === "ready" && (state.value.credentials.length > 0 ? <ByPasskey onProven={() => onSettled(true)} /> : <ByPassword onProven={() => onSettled(true)} />)}
    </Sheet>
  );
}

function ByPassword({ onProven }: { onProven: () => void }) {
  const [password, setPassword] = useState("");
  const [wrong, setWrong] = useState<string>();
  const { busy, refused, attempt } = useAttempt();
  const go = () => {
    setWrong(undefined);
    if (password === "") return setWrong(words.passwordMissing);
    void attempt(async () => {
      csrf.token = (await command("post", "/api/account/proof/password", { body: { password } })).csrf_token;
      onProven();
    });
  };
  return (
    <form class="stack" noValidate onSubmit={(event) => { event.preventDefault(); go(); }}>
      <p>{words.proofPassword}</p>
      <PasswordField label={words.password} name="password" autocomplete="current-password" maxLength={200} value={password} onValue={setPassword} error={wrong ?? (refused?.code === "auth.proof_refused" ? refused.title : undefined)} />
      <Refusal problem={refused?.code === "auth.proof_refused" ? undefined : refused} />
      <Button type="submit" wide busy={busy && words.confirming}>{words.confirm}</Button>
    </form>
  );
}

function ByPasskey({ onProven }: { onProven: () => void }) {
  const [cancelled, setCancelled] = useState(false);
  const { busy, refused, attempt } = useAttempt();
  const go = () => attempt(async () => {
    setCancelled(false);
    // Asked anew for each tap: a challenge is good for one answer.
    const question: Question = await read("/api/account/proof/passkey");
    const body = await answerTo(question);
    if (!body) return setCancelled(true);
    csrf.token = (await command("post", "/api/account/proof/passkey", { body })).csrf_token;
    onProven();
  });
  return (
    <div class="stack">
      <p>{words.proofPasskey} {passkey.before}</p>
      <Refusal problem={refused} sentence={cancelled ? passkey.cancelledOnly : undefined} />
      <Button wide icon="shield" busy={busy && passkey.asking} onClick={() => void go()}>{words.confirm}</Button>
    </div>
  );
}

/** One thing at a time, and what the server said no to. */
export function useAttempt() {
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<Problem>();
  const attempt = async (act: () => Promise<void>) => {
    if (busy) return;
    setBusy(true);
    setRefused(undefined);
    try {
      await act();
    } catch (error) {
      setRefused(asProblem(error));
    }
    setBusy(false);
  };
  return { busy, refused, attempt };
}

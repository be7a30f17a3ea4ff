/** The person's own alarm stands: no request to sign leaves until they lift it here, with the password of the log-in. */
import { useState } from "preact/hooks";
import { read } from "../../api/client";
import { command } from "../../api/command";
import { asProblem } from "../../api/problem";
import { useLoaded } from "../../api/use-loaded";
import { Button } from "../../ui/button";
import { Card } from "../../ui/card";
import { PasswordField } from "../../ui/field";
import { clockTime, day } from "../../ui/format";
import { say } from "../../words/say";
import { alarm as words } from "../../words/vi/provider-health";

export function BlockCard() {
  const { state, reload } = useLoaded(() => read("/api/signing-block"), "signing-block");
  const [lifted, setLifted] = useState(false);
  if (lifted) return <Card><p role="status">{words.lifted}</p></Card>;
  if (state.at !== "ready" || !state.value.blocked || state.value.since === null) return null;
  return (
    <Card title={words.blockedTitle}>
      <div class="stack">
        <p>{say(words.blockedSince, { giờ: clockTime(state.value.since), ngày: day(state.value.since) })}</p>
        <p class="muted">{words.blockedAdvice}</p>
        <Lift onLifted={() => { setLifted(true); void reload(); }} />
      </div>
    </Card>
  );
}

function Lift({ onLifted }: { onLifted: () => void }) {
  const [password, setPassword] = useState("");
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<string>();
  const go = async () => {
    if (password === "") return setFailed(words.passwordMissing);
    setBusy(true);
    setFailed(undefined);
    try {
      await command("post", "/api/signing-block/lift", { body: { password } });
      onLifted();
    } catch (error) {
      setFailed(asProblem(error).title);
      setBusy(false);
    }
  };
  return (
    <form class="stack" onSubmit={(event) => { event.preventDefault(); void go(); }}>
      <PasswordField id="lift-password" label={words.password} error={failed} value={password} onValue={setPassword} autocomplete="current-password" />
      <Button type="submit" kind="outline" icon="shield" busy={busy && words.lifting}>{words.lift}</Button>
    </form>
  );
}

/** U22, "Thiết bị và phiên đăng nhập": where the person is logged in, and how to end it from here. */
import { useState } from "preact/hooks";
import { read } from "../../api/client";
import { command } from "../../api/command";
import { useLoaded } from "../../api/use-loaded";
import type { Answer } from "../../api/wire";
import { session } from "../../session/session";
import { StatusBadge } from "../../ui/badge";
import { Button } from "../../ui/button";
import { Card } from "../../ui/card";
import { dayAndTime } from "../../ui/format";
import { Sheet } from "../../ui/sheet";
import { Skeleton } from "../../ui/skeleton";
import { ErrorState } from "../../ui/states";
import { say } from "../../words/say";
import { access as words } from "../../words/vi/access";
import { useAttempt } from "./proof";
import { Refusal } from "./refusal";

type Device = Answer<"/api/account/sessions">["items"][number];

export function Devices() {
  const { state, reload } = useLoaded(() => read("/api/account/sessions"), "sessions");
  if (state.at === "loading") return <Skeleton shapes={["card", "card"]} />;
  if (state.at === "failed") return <ErrorState happened={state.problem.title} onRetry={() => void reload()} />;
  const { items } = state.value;
  return (
    <>
      {items.map((device) => <DeviceCard key={device.id} device={device} onEnded={reload} />)}
      {items.length === 1 && <p class="muted">{words.noOther}</p>}
      <EndAll />
      <Card title={words.lost}><p>{words.lostSteps}</p></Card>
    </>
  );
}

function DeviceCard({ device, onEnded }: { device: Device; onEnded: () => Promise<void> }) {
  const { busy, refused, attempt } = useAttempt();
  const end = () => attempt(async () => {
    await command("delete", "/api/account/sessions/{session_id}", { path: { session_id: device.id } });
    await onEnded();
  });
  return (
    <Card>
      <div class="stack">
        {/* Not the card's own title: two phones of one make would be two landmarks of one name. */}
        <div class="card-head">
          <h2 class="card-title">{device.device}</h2>
          {device.current && <StatusBadge tone="good" icon="check-circle">{words.thisDevice}</StatusBadge>}
        </div>
        <div>
          <p>{say(words.lastUse, { lúc: dayAndTime(device.seen_at) })}</p>
          <p class="muted small">{say(words.since, { lúc: dayAndTime(device.created_at) })}{device.shared_device && ` · ${words.shared}`}</p>
        </div>
        <Refusal problem={refused} />
        {!device.current && <Button kind="outline" icon="log-out" busy={busy && words.ending} onClick={() => void end()}>{words.endOne}</Button>}
      </div>
    </Card>
  );
}

function EndAll() {
  const [open, setOpen] = useState(false);
  const { busy, refused, attempt } = useAttempt();
  const go = () => attempt(async () => {
    await command("delete", "/api/account/sessions");
    session.set({ at: "out", ended: false });
  });
  const actions = (
    <>
      <Button kind="outline" onClick={() => setOpen(false)}>{words.keep}</Button>
      <Button kind="danger" guard busy={busy && words.ending} onClick={() => void go()}>{words.endAll}</Button>
    </>
  );
  return (
    <>
      <Button kind="danger" icon="log-out" wide onClick={() => setOpen(true)}>{words.endAll}</Button>
      <Sheet open={open} title={words.endAllTitle} onClose={() => setOpen(false)} actions={actions}>
        <div class="stack"><p>{words.endAllBody}</p><Refusal problem={refused} /></div>
      </Sheet>
    </>
  );
}

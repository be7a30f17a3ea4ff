/** U22, "Khóa truy cập": the person's passkeys; adding and removing asks for a fresh proof. */
import { useState } from "preact/hooks";
import { read } from "../../api/client";
import { command } from "../../api/command";
import { useLoaded } from "../../api/use-loaded";
import type { Answer } from "../../api/wire";
import { whyNoPasskeys } from "../../session/passkey-support";
import { Button } from "../../ui/button";
import { Card } from "../../ui/card";
import { Field } from "../../ui/field";
import { day, dayAndTime } from "../../ui/format";
import { Sheet } from "../../ui/sheet";
import { Skeleton } from "../../ui/skeleton";
import { ErrorState } from "../../ui/states";
import { say } from "../../words/say";
import { access as words } from "../../words/vi/access";
import { passkey } from "../../words/vi/passkey";
import { enrol } from "./enrol";
import { useAttempt, useProof } from "./proof";
import { Refusal } from "./refusal";

type Passkey = Answer<"/api/passkeys">["items"][number];

export function Passkeys() {
  const { state, reload } = useLoaded(() => read("/api/passkeys"), "passkeys");
  const { proved, sheet } = useProof();
  if (state.at === "loading") return <Skeleton shapes={["card", "card"]} />;
  if (state.at === "failed") return <ErrorState happened={state.problem.title} onRetry={() => void reload()} />;
  const { items } = state.value;
  const last = items.length === 1;
  const remove = (id: string) => proved(() => command("delete", "/api/passkeys/{passkey_id}", { path: { passkey_id: id } })).then(reload);
  return (
    <>
      <p>{items.length === 0 ? words.none : words.some}</p>
      {items.map((passkey) => <PasskeyCard key={passkey.id} passkey={passkey} last={last} remove={() => remove(passkey.id)} onNamed={reload} />)}
      <Add add={() => proved(enrol)} onAdded={reload} />
      {sheet}
    </>
  );
}

function Add({ add, onAdded }: { add: () => Promise<boolean | undefined>; onAdded: () => Promise<void> }) {
  const [said, setSaid] = useState<boolean>();
  const { busy, refused, attempt } = useAttempt();
  const impossible = whyNoPasskeys();
  if (impossible) return <p class="note note-info">{impossible}</p>;
  const go = () => attempt(async () => {
    setSaid(undefined);
    const added = await add();
    setSaid(added);
    if (added) await onAdded();
  });
  return (
    <>
      <Refusal problem={refused} sentence={said === false ? words.notAdded : undefined} />
      {said && <p class="note note-good" role="status">{words.offerDone}</p>}
      <Button wide icon="plus" busy={busy && passkey.asking} onClick={() => void go()}>{words.add}</Button>
      <p class="muted small">{passkey.before}</p>
    </>
  );
}

interface PasskeyCardProps {
  passkey: Passkey;
  last: boolean;
  remove: () => Promise<void>;
  onNamed: () => Promise<void>;
}

function PasskeyCard({ passkey, last, remove, onNamed }: PasskeyCardProps) {
  const [open, setOpen] = useState<"name" | "remove">();
  const used = passkey.used_at === null ? words.unused : say(words.used, { lúc: dayAndTime(passkey.used_at) });
  return (
    <Card>
      <div class="stack">
        {/* Not the card's own title: two passkeys may have one name. */}
        <h2 class="card-title">{passkey.label}</h2>
        <p class="muted">{say(words.added, { ngày: day(passkey.created_at) })} · {used}</p>
        <div class="button-row">
          <Button kind="outline" icon="edit" onClick={() => setOpen("name")}>{words.rename}</Button>
          <Button kind="outline" icon="close" onClick={() => setOpen("remove")}>{words.remove}</Button>
        </div>
      </div>
      {open === "name" && <NameSheet passkey={passkey} onClosed={() => setOpen(undefined)} onNamed={onNamed} />}
      {open === "remove" && <RemoveSheet passkey={passkey} last={last} remove={remove} onClosed={() => setOpen(undefined)} />}
    </Card>
  );
}

function NameSheet({ passkey, onClosed, onNamed }: { passkey: Passkey; onClosed: () => void; onNamed: () => Promise<void> }) {
  const [label, setLabel] = useState(passkey.label);
  const [missing, setMissing] = useState(false);
  const { busy, refused, attempt } = useAttempt();
  const go = () => {
    setMissing(label.trim() === "");
    if (label.trim() === "") return;
    void attempt(async () => {
      await command("put", "/api/passkeys/{passkey_id}", { path: { passkey_id: passkey.id }, body: { label } });
      await onNamed();
      onClosed();
    });
  };
  return (
    <Sheet open title={words.renameTitle} onClose={onClosed} actions={<Button wide busy={busy && words.saving} onClick={go}>{words.save}</Button>}>
      <form class="stack" noValidate onSubmit={(event) => { event.preventDefault(); go(); }}>
        <Field label={words.name} name="label" autocomplete="off" maxLength={60} value={label} onValue={setLabel} error={missing ? words.nameMissing : undefined} />
        <Refusal problem={refused} />
      </form>
    </Sheet>
  );
}

function RemoveSheet({ passkey, last, remove, onClosed }: { passkey: Passkey; last: boolean; remove: () => Promise<void>; onClosed: () => void }) {
  const { busy, refused, attempt } = useAttempt();
  const go = () => attempt(async () => {
    await remove();
    onClosed();
  });
  const actions = (
    <>
      <Button kind="outline" onClick={onClosed}>{words.keep}</Button>
      <Button kind="danger" guard busy={busy && words.removing} onClick={() => void go()}>{words.removeYes}</Button>
    </>
  );
  return (
    <Sheet open title={words.removeTitle} onClose={onClosed} actions={actions}>
      <div class="stack">
        <p>{say(words.removeBody, { tên: passkey.label })}</p>
        {last && <p>{words.removeLast}</p>}
        <Refusal problem={refused} />
      </div>
    </Sheet>
  );
}

/** Two versions of one draft: what differs, and the person's choice between them. Until it is made nothing is overwritten. */
import { useState } from "preact/hooks";
import { Button, ButtonLink } from "../../ui/button";
import { Card } from "../../ui/card";
import { say } from "../../words/say";
import { dossier as words } from "../../words/vi/dossier";
import { saving } from "../../words/vi/saving";
import { controls } from "../../words/vi/controls";
import { draftOf, isEditable, type Autosave, type SaveState } from "./autosave";
import { factsOf } from "./facts";
import { GROUPS } from "./places";
import type { VoucherForm } from "./voucher";

type Conflict = Extract<SaveState, { at: "conflict" }>;

export function ConflictCard({ desk, conflict, vouchers }: { desk: Autosave; conflict: Conflict; vouchers: readonly VoucherForm[] }) {
  const [busy, setBusy] = useState(false);
  const { server } = conflict;
  const editable = server !== undefined && isEditable(server);
  const run = async (act: () => Promise<boolean>) => {
    setBusy(true);
    await act();
    setBusy(false);
  };
  return (
    <Card tone="warning" title={words.conflictTitle}>
      <div class="stack" role="alert">
        <p>{!server ? words.conflictUnread : editable ? words.conflictLead : words.conflictGone}</p>
        {server && <Differences mine={vouchers} theirs={draftOf(server).vouchers} />}
        <div class="button-row">
          {!server && <Button kind="outline" icon="refresh" busy={busy && saving.saving} onClick={() => void run(() => desk.lookAgain())}>{controls.retry}</Button>}
          {server && editable && <Button kind="outline" onClick={() => desk.takeTheirs()}>{words.takeTheirs}</Button>}
          {server && editable && <Button busy={busy && saving.saving} onClick={() => void run(() => desk.keepMine())}>{words.keepMine}</Button>}
          {server && !editable && <ButtonLink href={`/chung-tu/${encodeURIComponent(server.id)}`}>{words.view}</ButtonLink>}
        </div>
      </div>
    </Card>
  );
}

interface Difference {
  label: string;
  mine: string;
  theirs: string;
}

export function differences(mine: readonly VoucherForm[], theirs: readonly VoucherForm[]): Difference[] {
  const found: Difference[] = [];
  for (let index = 0; index < Math.max(mine.length, theirs.length); index += 1) {
    const [a, b] = [flat(mine[index]), flat(theirs[index])];
    for (const label of new Set([...a.keys(), ...b.keys()])) {
      const [left = "", right = ""] = [a.get(label), b.get(label)];
      const named = Math.max(mine.length, theirs.length) > 1 ? say(words.mistakeInVoucher, { số: index + 1, chỗ: label }) : label;
      if (left !== right) found.push({ label: named, mine: left, theirs: right });
    }
  }
  return found;
}

function flat(voucher: VoucherForm | undefined): Map<string, string> {
  return new Map(voucher ? GROUPS.flatMap((group) => factsOf(voucher, group)).map((fact) => [fact.label, fact.value]) : []);
}

function Differences({ mine, theirs }: { mine: readonly VoucherForm[]; theirs: readonly VoucherForm[] }) {
  const found = differences(mine, theirs);
  if (found.length === 0) return null;
  return (
    <dl class="facts">
      {found.map((one) => (
        <div key={one.label} class="fact">
          <dt>{one.label}</dt>
          <dd>{words.mine}: <strong>{one.mine || words.nothing}</strong></dd>
          <dd>{words.theirs}: <strong>{one.theirs || words.nothing}</strong></dd>
        </div>
      ))}
    </dl>
  );
}

/** Somebody else holds the same link and was quicker: what differs, and the choice. Until it is made nothing is overwritten. */
import { useState } from "preact/hooks";
import { Button } from "../../ui/button";
import { Card } from "../../ui/card";
import { controls } from "../../words/vi/controls";
import { saving } from "../../words/vi/saving";
import { registering as words } from "../../words/vi/registering";
import type { Desk, Saving } from "./desk";
import { draftOf, toWire, type Draft } from "./parts";
import { nameOfProblem } from "./problems";

export function ConflictCard({ desk, conflict, draft }: { desk: Desk; conflict: Extract<Saving, { at: "conflict" }>; draft: Draft }) {
  const [busy, setBusy] = useState(false);
  const { server } = conflict;
  const run = async (act: () => Promise<boolean>) => {
    setBusy(true);
    await act();
    setBusy(false);
  };
  return (
    <Card tone="warning" title={words.conflictTitle}>
      <div class="stack" role="alert">
        <p>{server ? words.conflictLead : words.conflictUnread}</p>
        {server && <ul class="conflict-list">{differences(draft, draftOf(server)).map((one) => <li key={one}>{one}</li>)}</ul>}
        <div class="button-row">
          {!server && <Button kind="outline" icon="refresh" busy={busy && saving.saving} onClick={() => void run(() => desk.lookAgain())}>{controls.retry}</Button>}
          {server && <Button kind="outline" onClick={() => desk.takeTheirs()}>{words.takeTheirs}</Button>}
          {server && <Button busy={busy && saving.saving} onClick={() => void run(() => desk.keepMine())}>{words.keepMine}</Button>}
        </div>
      </div>
    </Card>
  );
}

/** "Email của đơn vị: Bạn nhập … / Bản đã lưu …", field by field. */
export function differences(mine: Draft, theirs: Draft): string[] {
  const [ours, stored] = [flat(toWire(mine)), flat(toWire(theirs))];
  const paths = [...new Set([...ours.keys(), ...stored.keys()])].filter((path) => !path.endsWith(".id") && ours.get(path) !== stored.get(path));
  return paths.map((path) => nameOfProblem({ path, sentence: `${words.mine} ${ours.get(path) || words.nothing} / ${words.theirs} ${stored.get(path) || words.nothing}` }, mine));
}

function flat(value: unknown, path = ""): Map<string, string> {
  if (typeof value !== "object" || value === null) return new Map([[path, value === null ? "" : String(value)]]);
  // Lists of plain words, such as permissions, are one answer.
  if (Array.isArray(value) && value.every((one) => typeof one === "string")) return new Map([[path, value.join(", ")]]);
  return new Map(Object.entries(value).flatMap(([name, inside]) => [...flat(inside, path ? `${path}.${name}` : name)]));
}

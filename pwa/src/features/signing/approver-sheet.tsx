/**
 * U6: to whom a dossier goes next. The list is the server's, with a reason for everybody it would refuse.
 *
 * `ApproverSheet` reads the list itself, for whoever submits; `PickSheet` shows one that is here already. Does not: send
 * anything.
 */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { useOnline } from "../../api/use-online";
import { useLoaded, type Loaded } from "../../api/use-loaded";
import { Button } from "../../ui/button";
import { Sheet } from "../../ui/sheet";
import { Skeleton } from "../../ui/skeleton";
import { ErrorState } from "../../ui/states";
import { say } from "../../words/say";
import { controls } from "../../words/vi/controls";
import { nextApprover as words } from "../../words/vi/next-approver";
import { ApproverRows } from "./approver-list";
import { readApproversOf, type Approver, type ApproverList } from "./prepare";

interface Frame {
  title?: string | undefined;
  /** The debit account, for the sentence that nobody may approve. */
  account?: string | undefined;
  /** While a sentence is here the commit button spins and shows it. */
  busy?: string | false | undefined;
  /** Above the list: why the last choice was not taken. */
  notice?: ComponentChildren;
  onPicked: (approver: Approver) => void;
  onClosed: () => void;
}

export interface ApproverSheetProps extends Frame {
  dossierId: string;
}

export function ApproverSheet({ dossierId, ...frame }: ApproverSheetProps) {
  const { state, reload } = useLoaded(() => readApproversOf(dossierId), dossierId);
  return <PickSheet {...frame} list={state} reload={() => void reload()} />;
}

export interface PickSheetProps extends Frame {
  list: Loaded<ApproverList>;
  reload: () => void;
  /** Picked before; otherwise the server's likely choice. */
  picked?: string | undefined;
}

export function PickSheet({ title = words.title, account, list, reload, picked: before, busy, notice, onPicked, onClosed }: PickSheetProps) {
  const [chosen, setChosen] = useState(before);
  const online = useOnline();
  const people = list.at === "ready" ? list.value.items : [];
  const picked = eligible(people, chosen) ?? (list.at === "ready" ? likely(list.value) : undefined);
  return (
    <Sheet
      open
      title={title}
      onClose={onClosed}
      actions={
        <>
          <Button class="button-fit" kind="outline" onClick={onClosed}>{controls.cancel}</Button>
          <Button class="button-grow" guard busy={busy} disabled={!picked || !online} onClick={() => picked && onPicked(picked)}>
            {picked ? say(words.choose, { tên: picked.full_name }) : words.chooseNobody}
          </Button>
        </>
      }
    >
      {notice}
      <People list={list} title={title} account={account} reload={reload} picked={picked?.id} onPick={setChosen} />
    </Sheet>
  );
}

interface PeopleProps {
  list: Loaded<ApproverList>;
  title: string;
  account: string | undefined;
  reload: () => void;
  picked: string | undefined;
  onPick: (id: string) => void;
}

function People({ list, title, account, reload, picked, onPick }: PeopleProps) {
  switch (list.at) {
    case "loading":
      return <Skeleton shapes={["line", "line", "line"]} />;
    case "failed":
      return <ErrorState happened={list.problem.isOffline ? words.failed : list.problem.title} onRetry={reload} />;
    case "ready":
      return (
        <>
          {!list.value.items.some((person) => person.eligible) && <p role="status">{account ? say(words.empty, { số: account }) : words.emptyUnnamed}</p>}
          {list.value.items.length > 0 && <ApproverRows legend={title} people={list.value.items} picked={picked} onPick={onPick} />}
        </>
      );
    default:
      return list satisfies never;
  }
}

function eligible(people: readonly Approver[], id: string | null | undefined): Approver | undefined {
  return people.find((person) => person.id === id && person.eligible);
}

/** Whom the server proposes; it never proposes somebody it would refuse. */
export function likely(list: ApproverList): Approver | undefined {
  return eligible(list.items, list.preselected_id);
}

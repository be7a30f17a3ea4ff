/**
 * The form: one group at a time on a phone, all groups of a voucher beside the list of groups on a tablet. Which group is
 * open stands in the address, so turning the device, reloading and the back gesture all keep the place.
 */
import { useEffect, useRef, useState } from "preact/hooks";
import { goBack } from "../../links";
import { navigate, usePlace } from "../../router";
import { announce } from "../../ui/announce";
import { Button } from "../../ui/button";
import { Card } from "../../ui/card";
import { useWantedField } from "../../ui/focus-field";
import { ActionBar, TopBar } from "../../ui/top-bar";
import { say } from "../../words/say";
import { dossier as words } from "../../words/vi/dossier";
import { saving } from "../../words/vi/saving";
import type { Autosave, SaveState } from "./autosave";
import { ConflictCard } from "./conflict-card";
import { MOST_VOUCHERS, type Change, type Draft } from "./draft";
import { Mistakes } from "./error-summary";
import { GroupNav } from "./group-nav";
import type { GroupProps } from "./group-props";
import { HeaderGroup } from "./header-group";
import { LinesGroup } from "./lines-group";
import { PayeeGroup } from "./payee-group";
import { atStep, fieldId, GROUPS, stepOf, type Group, type Mistake, type Sentences } from "./places";
import { SaveLine } from "../../saving/save-line";
import { freshKey } from "./voucher";

export interface FormPageProps {
  desk: Autosave;
  draft: Draft;
  save: SaveState;
  said: Sentences;
  /** Sentences that belong in the summary: those of the last refused save. */
  mistakes: readonly Mistake[];
  base: string;
  today: string;
  isNew: boolean;
  change: (change: Change) => void;
  /** Saves and goes to the check; resolves when it is decided whether that is possible. */
  onCheck: () => Promise<void>;
}

const PARTS: Record<Group, (props: GroupProps) => preact.JSX.Element> = { header: HeaderGroup, lines: LinesGroup, payee: PayeeGroup };

export function FormPage(props: FormPageProps) {
  const { desk, draft, save, said, mistakes, base, isNew, change } = props;
  const place = usePlace();
  const params = new URLSearchParams(place.search);
  const step = Number(params.get("buoc") ?? 0) || 0;
  const now = atStep(step, draft.vouchers);
  const voucher = draft.vouchers[now.voucher];
  useWantedField(params.get("o"), place.visit);
  useEffect(() => {
    if (place.search) announce(progressOf(now, draft.vouchers.length));
  }, [step]);
  if (!voucher) return null;
  // A mistake in the open group is said beside its field; a summary above would push the field away under the hand.
  const elsewhere = mistakes.filter((one) => one.voucher !== now.voucher || one.group !== now.group);
  return (
    <>
      <TopBar title={isNew ? words.newVoucher : words.editTitle} back="/ho-so" sub={<SaveLine state={save} untouched={words.formName} />} />
      <div class="content form-content" id="form-top" tabIndex={-1}>
        <GroupNav draft={draft} said={said} now={now} base={base} onAdd={() => addVoucher(props)} />
        <div class="stack form-main">
          <Progress now={now} vouchers={draft.vouchers.length} />
          {save.at === "conflict" && <ConflictCard desk={desk} conflict={save} vouchers={draft.vouchers} />}
          {(save.at === "offline" || save.at === "busy") && <p class="note note-warning" role="status">{save.at === "offline" ? saving.offlineLong : save.problem.title}</p>}
          {save.at === "refused" && mistakes.length === 0 && <p class="note note-danger" role="alert">{save.problem.title}</p>}
          {elsewhere.length > 0 && <Mistakes mistakes={elsewhere} vouchers={draft.vouchers.length} base={base} asked={false} />}
          {draft.removed?.what === "voucher" && <VoucherRemoved at={draft.removed.at} change={change} />}
          {GROUPS.map((group) => {
            const Part = PARTS[group];
            return (
              <section key={`${voucher.key}-${group}`} id={`group-${group}`} class={group === now.group ? "form-group form-group-now" : "form-group"}>
                <Card title={words.groups[group]}>
                  <Part voucher={voucher} removed={draft.removed} said={said} change={change} prefill={(next) => desk.prefill(next)} />
                </Card>
              </section>
            );
          })}
          <VoucherButtons {...props} now={now} />
        </div>
      </div>
      <FormActions {...props} step={stepOf(now)} last={draft.vouchers.length * GROUPS.length - 1} />
    </>
  );
}

function progressOf(now: { voucher: number; group: Group }, vouchers: number): string {
  const facts = { bước: GROUPS.indexOf(now.group) + 1, tổng: GROUPS.length, nhóm: words.groups[now.group] };
  return vouchers > 1 ? say(words.progressOf, { ...facts, thứ: now.voucher + 1, số: vouchers }) : say(words.progress, facts);
}

function Progress({ now, vouchers }: { now: { voucher: number; group: Group }; vouchers: number }) {
  const done = GROUPS.indexOf(now.group);
  return (
    <div class="form-progress only-narrow">
      <p>{progressOf(now, vouchers)}</p>
      <div class="progress-track" aria-hidden="true">{GROUPS.map((group, index) => <span key={group} class={index <= done ? "progress-part progress-done" : "progress-part"} />)}</div>
    </div>
  );
}

function VoucherRemoved({ at, change }: { at: number; change: (change: Change) => void }) {
  return (
    <div class="note" role="status">
      <span class="grow">{say(words.voucherRemoved, { thứ: at + 1 })}</span>
      <Button kind="quiet" icon="return" onClick={() => change({ do: "put-back" })}>{words.putBack}</Button>
    </div>
  );
}

function addVoucher({ draft, base, today, change }: Pick<FormPageProps, "draft" | "base" | "today" | "change">): void {
  const key = freshKey();
  change({ do: "add-voucher", key, today });
  navigate(`${base}?buoc=${draft.vouchers.length * GROUPS.length}&o=${fieldId(key, "unit_voucher_number")}`);
}

/** On a phone they stand after the last group, on a tablet adding stands in the list of groups. */
function VoucherButtons({ draft, base, today, change, now }: FormPageProps & { now: { voucher: number; group: Group } }) {
  const voucher = draft.vouchers[now.voucher];
  if (!voucher) return null;
  const onlyLast = now.group === "payee" ? "" : " only-wide";
  return (
    <div class={`button-row form-voucher-buttons${onlyLast}`}>
      {now.voucher === draft.vouchers.length - 1 && draft.vouchers.length < MOST_VOUCHERS && (
        <span class="only-narrow"><Button kind="quiet" icon="plus" onClick={() => addVoucher({ draft, base, today, change })}>{words.addVoucher}</Button></span>
      )}
      {draft.vouchers.length > 1 && <Button kind="quiet" icon="close" onClick={() => change({ do: "remove-voucher", voucher: voucher.key })}>{words.removeVoucher}</Button>}
    </div>
  );
}

function FormActions({ desk, base, step, last, save, onCheck }: FormPageProps & { step: number; last: number }) {
  const [checking, setChecking] = useState(false);
  /** Steps walked through one after the other: then the back button here is the system's back. */
  const walked = useRef<number[]>([]);
  const check = async () => {
    setChecking(true);
    await onCheck();
    setChecking(false);
  };
  const next = () => {
    walked.current.push(step);
    navigate(`${base}?buoc=${step + 1}`);
  };
  const previous = () => {
    const to = `${base}?buoc=${step - 1}`;
    if (walked.current.pop() === step - 1) goBack(to);
    else navigate(to);
  };
  const keep = <Button kind="outline" busy={save.at === "saving" && saving.saving} onClick={() => void desk.flush({ evenBlank: true })}>{words.saveDraft}</Button>;
  const send = <Button icon="check" busy={checking && words.checking} onClick={() => void check()}>{words.checkAndSend}</Button>;
  return (
    <ActionBar>
      <span class="only-wide">{keep}</span>
      <span class="only-wide wide-primary">{send}</span>
      <span class="only-narrow">{step === 0 ? keep : <Button kind="outline" onClick={previous}>{words.previous}</Button>}</span>
      <span class="only-narrow wide-primary">{step < last ? <Button onClick={next}>{words.next}</Button> : send}</span>
    </ActionBar>
  );
}

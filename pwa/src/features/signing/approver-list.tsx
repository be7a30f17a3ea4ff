/** The people who could approve next, as rows with a whole-row target; whoever cannot says why. */
import { useId, useState } from "preact/hooks";
import { Field } from "../../ui/field";
import { day } from "../../ui/format";
import { plain } from "../../words/plain";
import { say } from "../../words/say";
import { nextApprover as words } from "../../words/vi/next-approver";
import type { Approver } from "./prepare";

/** More than this many, and there is a search field. */
export const SEARCH_FROM = 8;

export interface ApproverListProps {
  legend: string;
  people: readonly Approver[];
  picked: string | undefined;
  onPick: (id: string) => void;
}

export function ApproverRows({ legend, people, picked, onPick }: ApproverListProps) {
  const [typed, setTyped] = useState("");
  const group = useId();
  const shown = people.filter((person) => found(person, typed));
  return (
    <>
      {people.length >= SEARCH_FROM && <Field label={words.search} type="search" inputMode="search" autocomplete="off" value={typed} onValue={setTyped} />}
      <fieldset class="choices">
        <legend class="visually-hidden">{legend}</legend>
        {shown.map((person) => <Row key={person.id} group={group} person={person} picked={person.id === picked} onPick={onPick} />)}
      </fieldset>
      {shown.length === 0 && <p class="muted" role="status">{say(words.noneFound, { "từ khóa": typed })}</p>}
    </>
  );
}

export function found(person: Approver, typed: string): boolean {
  return plain(`${person.full_name} ${person.title_label}`).includes(plain(typed.trim()));
}

function Row({ group, person, picked, onPick }: { group: string; person: Approver; picked: boolean; onPick: (id: string) => void }) {
  return (
    <label class={person.eligible ? "choice choice-card" : "choice choice-card choice-barred"}>
      <span class="avatar avatar-small" aria-hidden="true">{initial(person.full_name)}</span>
      <span class="choice-text">
        <span class="choice-title">{person.full_name}</span>
        <span class="visually-hidden"> – </span>
        <span class="muted small">{capacityOf(person)}</span>
        {person.eligible ? <span class="muted small">{certificateOf(person)}</span> : <span class="small choice-reason">{person.reason}</span>}
      </span>
      <input type="radio" name={group} value={person.id} checked={picked} disabled={!person.eligible} onChange={() => onPick(person.id)} />
    </label>
  );
}

/** A Vietnamese name is sorted and greeted by its last word. */
function initial(name: string): string {
  return (name.trim().split(/\s+/).at(-1) ?? "").charAt(0).toLocaleUpperCase("vi");
}

export function capacityOf(person: Approver): string {
  return person.delegated_until ? say(words.delegatedUntil, { ngày: day(person.delegated_until) }) : person.title_label;
}

function certificateOf(person: Approver): string {
  return person.certificate_valid_to ? say(words.certificateUntil, { ngày: day(person.certificate_valid_to) }) : words.noCertificate;
}

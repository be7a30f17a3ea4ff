/** Step 3, one person: the accounts they may use, each with its term. */
import { useState } from "preact/hooks";
import { Button } from "../../ui/button";
import { DateField } from "../../ui/field";
import { day } from "../../ui/format";
import { Icon } from "../../ui/icons";
import { Sheet } from "../../ui/sheet";
import { say } from "../../words/say";
import { registering } from "../../words/vi/registering";
import { members as words } from "../../words/vi/registering-members";
import { accountLine } from "./account-parts";
import { certificateOf, type Certificate } from "./members-part";
import { Note } from "./note";
import type { PartProps } from "./part";
import { isDelegate, sameAccount, signs, type Account, type Grant } from "./parts";
import { fieldId } from "./screens";

/** Whose term is being written: one account's, or that of all that are ticked. */
type Writing = { at: "closed" } | { at: "one"; grant: Grant } | { at: "all" };

export function GrantsPart({ draft, row, server, said, change }: PartProps) {
  const [writing, setWriting] = useState<Writing>({ at: "closed" });
  const member = draft.members[row];
  const { accounts } = server.content;
  if (!member) return null;
  const path = `members.${row}.grants`;
  const { grants } = member;
  const set = (next: readonly Grant[]) => change({ do: "member", at: row, values: { grants: [...next] } });
  /** A new one gets the term of those before it: most people have one term for all. */
  const granted = ({ account_number, program_code }: Account): Grant => ({ account_number, program_code, start_date: grants[0]?.start_date ?? null, end_date: grants[0]?.end_date ?? null });
  const toggle = (account: Account, on: boolean) => set(on ? [...grants, granted(account)] : grants.filter((grant) => !sameAccount(grant, account)));
  const certificate = signs(member) ? certificateOf(server, member) : undefined;
  const outlasting = (grant: Grant) => certificate && outlasts(grant, certificate);
  const lost = grants.filter((grant) => !accounts.some((account) => sameAccount(account, grant)));
  const all = grants.length - lost.length === accounts.length;
  const term = (values: Pick<Grant, "start_date" | "end_date">) => {
    set(grants.map((grant) => (writing.at === "all" || (writing.at === "one" && sameAccount(writing.grant, grant)) ? { ...grant, ...values } : grant)));
    setWriting({ at: "closed" });
  };
  if (accounts.length === 0 && lost.length === 0) return <p class="note note-warning" id={fieldId(path)} tabIndex={-1}><Icon name="alert" /><span class="grow">{words.noAccounts}</span></p>;
  return (
    <div class="stack" id={fieldId(path)} tabIndex={-1}>
      {isDelegate(member) && <p class="note note-info"><Icon name="info" /><span class="grow">{words.termDelegate}</span></p>}
      {grants.some(outlasting) && <Note tone="warning" role="status">{words.outlastsAdvice}</Note>}
      <div class="grant-tools">
        <button type="button" class="link-button" onClick={() => set(all ? [] : accounts.map((account) => grants.find((grant) => sameAccount(grant, account)) ?? granted(account)))}>{all ? words.noneAccounts : words.allAccounts}</button>
        {grants.length > 1 && <button type="button" class="link-button" onClick={() => setWriting({ at: "all" })}>{words.termAll}</button>}
      </div>
      <fieldset class="choices">
        <legend class="visually-hidden">{registering.screens.grants}</legend>
        <ul class="row-list">
          {accounts.map((account) => {
            const grant = grants.find((one) => sameAccount(one, account));
            const at = grant ? grants.indexOf(grant) : -1;
            return <GrantCard key={account.account_number + account.program_code} account={account} grant={grant} error={at < 0 ? undefined : said(`${path}.${at}`)} warning={grant && outlasting(grant)} onToggle={(on) => toggle(account, on)} onTerm={() => grant && setWriting({ at: "one", grant })} />;
          })}
          {lost.map((grant) => (
            <li key={grant.account_number + grant.program_code} class="entry entry-wrong">
              <label class="choice entry-choice">
                <input type="checkbox" checked onChange={() => set(grants.filter((one) => one !== grant))} />
                <span class="choice-text"><span class="figures choice-title">{grant.account_number}</span><span class="small entry-said">{said(`${path}.${grants.indexOf(grant)}`) ?? words.noAccounts}</span></span>
              </label>
            </li>
          ))}
        </ul>
      </fieldset>
      {grants.length === 0 && said(path) && <p class="field-error"><Icon name="error" />{said(path)}</p>}
      {writing.at !== "closed" && <TermSheet writing={writing} first={writing.at === "one" ? writing.grant : grants[0]} onTerm={term} onClosed={() => setWriting({ at: "closed" })} />}
    </div>
  );
}

function GrantCard({ account, grant, error, warning, onToggle, onTerm }: { account: Account; grant: Grant | undefined; error: string | undefined; warning: string | undefined; onToggle: (on: boolean) => void; onTerm: () => void }) {
  return (
    <li class={error ? "entry entry-wrong" : grant ? "entry entry-on" : "entry"}>
      <label class="choice entry-choice">
        <input type="checkbox" checked={grant !== undefined} onChange={(event) => onToggle(event.currentTarget.checked)} />
        <span class="choice-text">
          <span class="figures choice-title">{account.account_number}</span>
          <span class="muted small">{accountLine(account)}</span>
          {grant && <span class="small entry-term">{termOf(grant)}</span>}
          {warning && <span class="small entry-warned"><Icon name="alert" />{warning}</span>}
          {error && <span class="small entry-said">{error}</span>}
        </span>
      </label>
      {grant && <button type="button" class="link-button entry-link" aria-label={say(words.changeTermOf, { số: account.account_number })} onClick={onTerm}>{words.changeTerm}</button>}
    </li>
  );
}

export function termOf({ start_date, end_date }: Grant): string {
  return say(words.term, { từ: start_date ? day(start_date) : words.fromApproval, đến: end_date ? day(end_date) : words.openEnd });
}

/** The sentence of a right that goes on when the certificate has ended: no reason to refuse, but somebody must think of it. */
export function outlasts({ end_date }: Pick<Grant, "end_date">, { valid_to }: Pick<Certificate, "valid_to">): string | undefined {
  const last = day(valid_to).split("/").reverse().join("-");
  if (end_date !== null && end_date <= last) return undefined;
  const until = { "ngày chứng thư": day(valid_to) };
  return end_date === null ? say(words.outlastsOpen, until) : say(words.outlasts, { ...until, "ngày quyền": day(end_date) });
}

function TermSheet({ writing, first, onTerm, onClosed }: { writing: Exclude<Writing, { at: "closed" }>; first: Grant | undefined; onTerm: (term: Pick<Grant, "start_date" | "end_date">) => void; onClosed: () => void }) {
  const [start, setStart] = useState(first?.start_date ?? "");
  const [end, setEnd] = useState(first?.end_date ?? "");
  return (
    <Sheet
      open
      title={writing.at === "all" ? words.termForAll : say(words.termFor, { số: writing.grant.account_number })}
      onClose={onClosed}
      actions={<Button wide onClick={() => onTerm({ start_date: start || null, end_date: end || null })}>{words.done}</Button>}
    >
      <p class="muted">{words.termLead}</p>
      <div class="field-pair">
        <DateField label={words.start} max="9999-12-31" value={start} onValue={setStart} />
        <DateField label={words.end} max="9999-12-31" value={end} onValue={setEnd} />
      </div>
    </Sheet>
  );
}

/** Step 2: kinds of account, codes, and the account numbers the server makes of both. */
import { useState } from "preact/hooks";
import { asProblem, type Problem } from "../../api/problem";
import { useOnline } from "../../api/use-online";
import { Button } from "../../ui/button";
import { Select } from "../../ui/field";
import { day } from "../../ui/format";
import { Icon } from "../../ui/icons";
import { Sheet } from "../../ui/sheet";
import { plain } from "../../words/plain";
import { say } from "../../words/say";
import { registering as words } from "../../words/vi/registering";
import { PickedField } from "../dossier-form/picked-field";
import { SearchSheet } from "../dossier-form/search-sheet";
import { Note } from "./note";
import { DayAsked, DigitsAsked, TextAsked, type PartProps } from "./part";
import { MOST, NO_PROGRAM, type Account, type Draft, type Ledger, type Registration } from "./parts";
import { Rows } from "./rows";
import { fieldId, screenNamed } from "./screens";

export function LedgersPart({ draft, change, goTo, said }: PartProps) {
  return (
    <div class="stack">
      <p class="muted">{words.ledgersLead}</p>
      <Rows
        id={fieldId("ledgers")}
        icon="folder"
        rows={draft.ledgers.map((ledger, at) => ({ key: String(at), title: nameOf(ledger), lines: [ledgerLine(ledger)], wrong: said(`ledgers.${at}`) !== undefined }))}
        empty={words.ledgersEmpty}
        add={words.addLedger}
        most={MOST.ledgers}
        onAdd={() => {
          change({ do: "add", table: "ledgers" });
          goTo({ screen: screenNamed("ledger"), row: draft.ledgers.length });
        }}
        onOpen={(row) => goTo({ screen: screenNamed("ledger"), row })}
        onRemove={(at) => change({ do: "remove", table: "ledgers", at })}
      />
    </div>
  );
}

function nameOf({ ledger_account, account_name }: Ledger): string {
  return [ledger_account, account_name].filter(Boolean).join(" – ") || words.notYetNamed;
}

function ledgerLine({ budget_level, program_code, valid_from, valid_to }: Ledger): string {
  return [
    budget_level === null ? "" : say(words.levelIs, { mã: budget_level }),
    program_code && say(words.programIs, { mã: program_code }),
    valid_from && say(words.from, { ngày: day(valid_from) }),
    valid_to ? say(words.until, { ngày: day(valid_to) }) : "",
  ].filter(Boolean).join(" · ");
}

export function LedgerPart({ draft, row, choices, said, change }: PartProps) {
  const [open, setOpen] = useState(false);
  const ledger = draft.ledgers[row];
  if (!ledger) return null;
  const path = (name: keyof Ledger) => `ledgers.${row}.${name}`;
  const set = (values: Partial<Ledger>) => change({ do: "ledger", at: row, values });
  const known = choices.ledger_accounts.find(({ code }) => code === ledger.ledger_account);
  const levels = ["", "0", "1", "2", "3", "4"].map((level) => ({ value: level, label: level || words.notYetNamed }));
  return (
    <div class="stack">
      <PickedField id={fieldId(path("ledger_account"))} label={words.ledger} icon="folder" value={ledger.ledger_account} sub={known?.name} choose={words.chooseLedger} error={said(path("ledger_account"))} onOpen={() => setOpen(true)} />
      <div class="wizard-pair">
        <TextAsked path={path("account_name")} said={said} label={words.ledgerName} maxLength={200} value={ledger.account_name} onValue={(account_name) => set({ account_name })} />
        <Select id={fieldId(path("budget_level"))} label={words.level} hint={words.levelHint} error={said(path("budget_level"))} options={levels} value={ledger.budget_level === null ? "" : String(ledger.budget_level)} onValue={(value) => set({ budget_level: value === "" ? null : Number(value) })} />
      </div>
      {open && (
        <SearchSheet
          title={words.chooseLedger}
          label={words.ledgerSearch}
          icon="folder"
          find={(q) => Promise.resolve(choices.ledger_accounts.filter(({ code, name }) => plain(`${code} ${name}`).includes(plain(q))))}
          show={({ code, name }) => ({ key: code, title: code, sub: name })}
          onPick={({ code, name }) => {
            set({ ledger_account: code, account_name: name, budget_level: ledger.budget_level ?? defaultLevel(code) });
            setOpen(false);
          }}
          onClose={() => setOpen(false)}
        />
      )}
    </div>
  );
}

/** Deposits have no level of the budget; estimates have one that only the unit knows. */
function defaultLevel(code: string): number | null {
  return code.startsWith("3") ? 0 : null;
}

export function LedgerTermPart({ draft, row, said, change }: PartProps) {
  const ledger = draft.ledgers[row];
  if (!ledger) return null;
  const path = (name: keyof Ledger) => `ledgers.${row}.${name}`;
  const set = (values: Partial<Ledger>) => change({ do: "ledger", at: row, values });
  return (
    <div class="stack">
      <DigitsAsked path={path("program_code")} said={said} label={words.program} hint={words.programHint} maxLength={5} value={ledger.program_code} onValue={(program_code) => set({ program_code })} />
      <div class="wizard-pair">
        <DayAsked path={path("valid_from")} said={said} label={words.validFrom} hint={words.validFromHint} value={ledger.valid_from} onValue={(valid_from) => set({ valid_from })} />
        <DayAsked path={path("valid_to")} said={said} label={words.validTo} hint={words.validToHint} value={ledger.valid_to} onValue={(valid_to) => set({ valid_to })} />
      </div>
    </div>
  );
}

export function RelationsPart({ draft, change, goTo, said }: PartProps) {
  return (
    <div class="stack">
      <p class="muted">{words.relationsLead}</p>
      <Rows
        id={fieldId("relations")}
        icon="document"
        rows={draft.relations.map(({ relation_or_project_code: code, name }, at) => ({ key: String(at), title: code || words.notYetNamed, lines: name ? [name] : [], wrong: said(`relations.${at}`) !== undefined }))}
        empty={words.relationsEmpty}
        add={draft.relations.length === 0 ? words.addOwnCode : words.addRelation}
        most={MOST.relations}
        onAdd={() => {
          change({ do: "add", table: "relations" });
          goTo({ screen: screenNamed("relation"), row: draft.relations.length });
        }}
        onOpen={(row) => goTo({ screen: screenNamed("relation"), row })}
        onRemove={(at) => change({ do: "remove", table: "relations", at })}
      />
    </div>
  );
}

export function RelationPart({ draft, row, said, change }: PartProps) {
  const relation = draft.relations[row];
  if (!relation) return null;
  return (
    <div class="wizard-pair">
      <DigitsAsked path={`relations.${row}.relation_or_project_code`} said={said} label={words.relationOrProject} hint={words.sevenDigits} maxLength={7} value={relation.relation_or_project_code} onValue={(value) => change({ do: "relation", at: row, values: { relation_or_project_code: value } })} />
      <TextAsked path={`relations.${row}.name`} said={said} label={words.relationName} maxLength={255} value={relation.name} onValue={(name) => change({ do: "relation", at: row, values: { name } })} />
    </div>
  );
}

type Making = { at: "idle" } | { at: "making" } | { at: "asking"; problem: Problem } | { at: "failed"; problem: Problem };

export function AccountsPart({ draft, server, api, desk, said }: PartProps) {
  const [state, setState] = useState<Making>({ at: "idle" });
  const online = useOnline();
  const { accounts } = server.content;
  const make = async (dropGranted: boolean) => {
    setState({ at: "making" });
    if (!(await desk.flush())) return setState({ at: "idle" });
    try {
      desk.adopt(await api.makeAccounts(desk.server.get()?.version ?? server.version, dropGranted));
      setState({ at: "idle" });
    } catch (error) {
      const problem = asProblem(error);
      // The one thing it refuses because of the content: numbers that somebody may use would go.
      setState({ at: problem.fields.length > 0 && !dropGranted ? "asking" : "failed", problem });
    }
  };
  const stale = accounts.length > 0 && !matches(draft, accounts, server.left_out);
  const due = accounts.length === 0 ? draft.ledgers.length > 0 && draft.relations.length > 0 : stale;
  return (
    <div class="stack" id={fieldId("accounts")} tabIndex={-1}>
      <Button kind={due ? "primary" : "outline"} icon="refresh" wide busy={state.at === "making" && words.making} disabled={!online} onClick={() => void make(false)}>{accounts.length > 0 ? words.makeAgain : words.makeAccounts}</Button>
      {state.at === "failed" && <Note tone="danger">{state.problem.fields[0]?.sentence ?? state.problem.title}</Note>}
      {said("accounts") && <p class="field-error"><Icon name="error" />{said("accounts")}</p>}
      {stale && <p class="note note-warning" role="status"><Icon name="alert" /><span class="grow">{words.accountsStale}</span></p>}
      <p class="muted" role="status">{accounts.length === 0 ? words.accountsEmpty : say(words.accountsMade, { n: accounts.length })}</p>
      {server.left_out.length > 0 && <p class="note note-info" role="status"><Icon name="info" /><span class="grow">{say(words.accountsLeftOut, { số: server.left_out.join(", ") })}</span></p>}
      <AccountList accounts={accounts} said={said} />
      {state.at === "asking" && (
        <Sheet
          open
          title={words.dropTitle}
          onClose={() => setState({ at: "idle" })}
          actions={<><Button kind="outline" onClick={() => setState({ at: "idle" })}>{words.keep}</Button><Button kind="danger" guard onClick={() => void make(true)}>{words.dropConfirm}</Button></>}
        >
          <p>{state.problem.fields[0]?.sentence}</p>
        </Sheet>
      )}
    </div>
  );
}

export function AccountList({ accounts, said }: { accounts: Registration["content"]["accounts"]; said?: PartProps["said"] }) {
  return (
    <ul class="account-list">
      {accounts.map((account, at) => (
        <li key={account.account_number + account.program_code}>
          <span class="figures account-number">{account.account_number}</span>
          <span class="muted small">{accountLine(account)}</span>
          {said?.(`accounts.${at}`) && <span class="field-error"><Icon name="error" />{said(`accounts.${at}`)}</span>}
        </li>
      ))}
    </ul>
  );
}

export function accountLine({ account_name, program_code, valid_from, valid_to }: Account): string {
  return [
    account_name,
    program_code !== NO_PROGRAM && program_code && say(words.programIs, { mã: program_code }),
    valid_from && say(words.from, { ngày: day(valid_from) }),
    valid_to ? say(words.until, { ngày: day(valid_to) }) : "",
  ].filter(Boolean).join(" · ");
}

/** Whether the numbers are those of the two tables as they are typed now, but for those the server leaves out. */
export function matches({ ledgers, relations }: Draft, accounts: readonly Account[], leftOut: readonly string[]): boolean {
  const whole = ledgers.filter(({ ledger_account, budget_level }) => ledger_account && budget_level !== null);
  const wanted = whole.flatMap((ledger) => relations.filter(({ relation_or_project_code: code }) => code).flatMap(({ relation_or_project_code: code }) => {
    const number = `${ledger.ledger_account}.${ledger.budget_level}.${code}`;
    return leftOut.includes(number) ? [] : [JSON.stringify([number, ledger.program_code || NO_PROGRAM, ledger.account_name, ledger.valid_from, ledger.valid_to])];
  }));
  const there = accounts.map((one) => JSON.stringify([one.account_number, one.program_code, one.account_name, one.valid_from, one.valid_to]));
  return [...new Set(wanted)].sort().join() === [...there].sort().join();
}

/** The account to debit: only those this person holds a right on today, the unfit ones with the reason. */
import { useEffect } from "preact/hooks";
import { read } from "../../api/client";
import { useLoaded, type Loaded } from "../../api/use-loaded";
import type { Answer } from "../../api/wire";
import { RadioCards, Select, type Choice } from "../../ui/field";
import { Button } from "../../ui/button";
import { day } from "../../ui/format";
import { Icon } from "../../ui/icons";
import { say } from "../../words/say";
import { dossier as words } from "../../words/vi/dossier";
import { controls } from "../../words/vi/controls";
import { FORM_CODE } from "./voucher";

type Account = Answer<"/api/accounts">["items"][number];

/** More than this many are shown as one list to roll through. */
const MOST_CARDS = 5;

export interface AccountFieldProps {
  id: string;
  value: string;
  error: string | undefined;
  onChoose: (account: string, program: string | null) => void;
  /** Called once when there is only one account to choose. */
  onOnly: (account: string, program: string | null) => void;
}

export function AccountField({ id, value, error, onChoose, onOnly }: AccountFieldProps) {
  const { state, reload } = useLoaded(async () => (await read("/api/accounts")).items, "accounts");
  useEffect(() => {
    if (state.at !== "ready" || value !== "") return;
    const [only, ...others] = state.value.filter(fits);
    if (only && others.length === 0) onOnly(only.account_number, only.program_code);
  }, [state.at]);
  const choose = (account: string) => onChoose(account, programOf(state, account));
  return (
    <div id={id} class="choices-row">
      <Accounts state={state} value={value} error={error} onChoose={choose} retry={() => void reload()} />
    </div>
  );
}

function Accounts({ state, value, error, onChoose, retry }: { state: Loaded<Account[]>; value: string; error: string | undefined; onChoose: (account: string) => void; retry: () => void }) {
  switch (state.at) {
    case "loading":
      return <Waiting>{words.accountsLoading}</Waiting>;
    case "failed":
      return (
        <div class="field field-wrong">
          <span class="field-label">{words.account}</span>
          <p class="field-error" role="alert"><Icon name="error" />{state.problem.isOffline ? words.accountsFailed : state.problem.title}</p>
          <div><Button kind="outline" icon="refresh" onClick={retry}>{controls.retry}</Button></div>
        </div>
      );
    case "ready":
      if (state.value.length === 0 && value === "") return <Waiting>{words.accountsEmpty}</Waiting>;
      return <Choices accounts={state.value} value={value} error={error} onChoose={onChoose} />;
    default:
      return state satisfies never;
  }
}

function Waiting({ children }: { children: string }) {
  return <div class="field"><span class="field-label">{words.account}</span><p class="muted" role="status">{children}</p></div>;
}

function Choices({ accounts, value, error, onChoose }: { accounts: readonly Account[]; value: string; error: string | undefined; onChoose: (account: string) => void }) {
  const choices: Choice<string>[] = accounts.map((account) => ({
    value: account.account_number,
    title: account.account_number,
    sub: account.valid_to ? `${account.name} · ${say(words.accountUntil, { ngày: day(account.valid_to) })}` : account.name,
    ...(fits(account) ? {} : { barred: words.accountBarred }),
  }));
  // A draft may hold an account this person has lost since; it stays in sight until another is chosen.
  if (value !== "" && !accounts.some((account) => account.account_number === value)) choices.push({ value, title: value, sub: words.accountGone });
  if (choices.length <= MOST_CARDS) return <RadioCards legend={words.account} choices={choices} value={value || undefined} error={error} onValue={onChoose} />;
  const options = choices.filter((choice) => !choice.barred).map((choice) => ({ value: choice.value, label: `${choice.title} – ${choice.sub ?? ""}` }));
  return <Select label={words.account} error={error} value={value} options={[{ value: "", label: words.accountChoose }, ...options]} onValue={onChoose} />;
}

function fits(account: Account): boolean {
  return account.form_codes.includes(FORM_CODE);
}

function programOf(state: Loaded<Account[]>, number: string): string | null {
  return state.at === "ready" ? (state.value.find((account) => account.account_number === number)?.program_code ?? null) : null;
}

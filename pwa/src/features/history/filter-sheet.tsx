/** Dates, state and amounts of the history; nothing is asked before "apply". */
import { useState } from "preact/hooks";
import { usePerson } from "../../session/person";
import type { Person } from "../../session/session";
import { Button } from "../../ui/button";
import { DateField, MoneyField, Select } from "../../ui/field";
import { Sheet } from "../../ui/sheet";
import { amountInWords } from "../../words/amount-in-words";
import { history as words } from "../../words/vi/history";
import { GROUPS, isGroup, readFilter, type Filter, type Group } from "./filter";

function statesOf({ unit }: Person) {
  const groups = (Object.keys(GROUPS) as Group[]).filter((group) => group !== "waitingChief" || unit?.second_signature !== false);
  return [{ value: "", label: words.anyStatus }, ...groups.map((value) => ({ value, label: words.status[value] }))];
}

export interface FilterSheetProps {
  filter: Filter;
  onChosen: (filter: Filter) => void;
  onClose: () => void;
}

export function FilterSheet({ filter, onChosen, onClose }: FilterSheetProps) {
  const [draft, setDraft] = useState(filter);
  const states = statesOf(usePerson());
  const set = (changes: Partial<Filter>) => setDraft({ ...draft, ...changes });
  const dates = (changes: Partial<Filter>) => {
    const next = { ...draft, ...changes };
    setDraft({ ...next, period: next.from || next.to ? "chon" : "30" });
  };
  const datesWrong = draft.from !== "" && draft.to !== "" && draft.from > draft.to;
  const amountsWrong = draft.least !== "" && draft.most !== "" && Number(draft.least) > Number(draft.most);
  return (
    <Sheet
      open
      title={words.filterTitle}
      onClose={onClose}
      actions={
        <>
          <Button kind="outline" onClick={() => onChosen(readFilter(""))}>{words.clear}</Button>
          <Button disabled={datesWrong || amountsWrong} onClick={() => onChosen(draft)}>{words.apply}</Button>
        </>
      }
    >
      <div class="pair">
        <DateField label={words.from} value={draft.from} onValue={(from) => dates({ from })} />
        <DateField label={words.to} value={draft.to} onValue={(to) => dates({ to })} error={datesWrong ? words.datesWrong : undefined} />
      </div>
      <Select label={words.statusTitle} value={draft.group} options={states} onValue={(group) => set({ group: isGroup(group) ? group : "" })} />
      <div class="pair">
        <MoneyField label={words.least} value={draft.least} onValue={(least) => set({ least })} inWords={amountInWords} />
        <MoneyField label={words.most} value={draft.most} onValue={(most) => set({ most })} inWords={amountInWords} error={amountsWrong ? words.amountsWrong : undefined} />
      </div>
    </Sheet>
  );
}

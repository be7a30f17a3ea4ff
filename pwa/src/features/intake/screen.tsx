/**
 * The Treasury's home: registrations, changes of registrations, and dossiers of vouchers, each behind its tab. The tab is in
 * the address.
 */
import { useState } from "preact/hooks";
import { read } from "../../api/client";
import { useLoaded } from "../../api/use-loaded";
import { useListSearch } from "../../dossier/list-search";
import { useEvents } from "../../realtime/use-events";
import { place } from "../../router";
import type { ScreenProps } from "../../screens";
import { usePerson } from "../../session/person";
import { IconButton } from "../../ui/icon-button";
import { TopBar } from "../../ui/top-bar";
import { officer } from "../../words/vi/officer";
import { treasuryRegistrations as words } from "../../words/vi/treasury-registrations";
import { readCounts } from "../treasury-registrations/calls";
import { KeysButton } from "../treasury-registrations/keys-sheet";
import { RegistrationList } from "../treasury-registrations/list";
import { Tabs, tabOf, type Counts, type IntakeTab } from "./tabs";
import { Vouchers } from "./vouchers";

const PATH = "/tiep-nhan";

export function Screen({ selected }: ScreenProps) {
  const approves = usePerson().title === "treasury_approver";
  // Somebody who opened a registration from outside finds its list beside it.
  const [first] = useState<IntakeTab>(() => (approves || place.get().route?.feature === "treasury-registrations" ? "new" : "vouchers"));
  const { search, setSearch } = useListSearch(PATH);
  const tab = tabOf(search) ?? first;
  const counts = useCounts(approves);
  const tabs = <Tabs now={tab} counts={counts} vouchers={!approves} />;
  if (tab === "vouchers") return <Vouchers selected={selected} search={search} setSearch={setSearch} tabs={tabs} />;
  return <Registrations key={tab} tab={tab} selected={selected} tabs={tabs} />;
}

function Registrations({ tab, selected, tabs }: { tab: "new" | "change"; selected: string | undefined; tabs: preact.ComponentChildren }) {
  const [turn, setTurn] = useState(0);
  return (
    <>
      <TopBar title={officer.title} actions={<><IconButton name={words.refresh} icon="refresh" onClick={() => setTurn(turn + 1)} /><KeysButton /></>} />
      <RegistrationList tab={tab} selected={selected} turn={turn} tabs={tabs} />
    </>
  );
}

/** How many wait behind each tab, whichever is open; a number that cannot be had is simply not there. */
function useCounts(approves: boolean): Counts {
  const registrations = useLoaded(readCounts, "registrations");
  const vouchers = useLoaded(async () => (approves ? undefined : (await read("/api/inbox")).count), "vouchers");
  useEvents("inbox.changed", () => {
    void registrations.reload();
    void vouchers.reload();
  });
  const found = registrations.state.at === "ready" ? registrations.state.value : undefined;
  return { new: found?.new_count, change: found?.change_count, vouchers: vouchers.state.at === "ready" ? vouchers.state.value : undefined };
}

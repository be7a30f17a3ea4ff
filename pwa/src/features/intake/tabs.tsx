/** The three kinds of work of a Treasury office, as links: each tab has its address. */
import { say } from "../../words/say";
import { treasuryRegistrations } from "../../words/vi/treasury-registrations";

const words = treasuryRegistrations.tabs;
const ADDRESS = { new: "dang-ky", change: "thay-doi", vouchers: "chung-tu" } as const;

export type IntakeTab = keyof typeof ADDRESS;
export type Counts = Readonly<Record<IntakeTab, number | undefined>>;

const TABS = Object.keys(ADDRESS) as IntakeTab[];

export function tabOf(search: string): IntakeTab | undefined {
  const named = new URLSearchParams(search).get("muc");
  return TABS.find((tab) => ADDRESS[tab] === named);
}

export function Tabs({ now, counts, vouchers }: { now: IntakeTab; counts: Counts; vouchers: boolean }) {
  return (
    <nav class="tabs" aria-label={words.label}>
      {TABS.filter((tab) => vouchers || tab !== "vouchers").map((tab) => (
        <a key={tab} class="tab" href={`/tiep-nhan?muc=${ADDRESS[tab]}`} aria-current={tab === now ? "page" : undefined}>
          <span>{words[tab]}</span>
          {counts[tab] !== undefined && <span class="tab-count"><span aria-hidden="true">{counts[tab]}</span><span class="visually-hidden"> {say(words.count, { n: counts[tab] })}</span></span>}
        </a>
      ))}
    </nav>
  );
}

/** The filter of the history, as it stands in the address and as the server is asked. */
import type { Answer, Options } from "../../api/wire";
import type { Status } from "../../dossier/types";

export type Period = "7" | "30" | "nam" | "chon";

export interface Filter {
  period: Period;
  /** `YYYY-MM-DD`, only with a chosen period. */
  from: string;
  to: string;
  group: Group | "";
  q: string;
  /** Digits. */
  least: string;
  most: string;
}

/** States as people speak of them; each stands for one or more of the route. */
export const GROUPS = {
  draft: ["draft"],
  waitingChief: ["awaiting_chief_accountant"],
  waitingHolder: ["awaiting_account_holder"],
  signing: ["signing_chief_accountant", "signing_account_holder"],
  sending: ["submitted"],
  received: ["received", "controlling", "awaiting_treasury_approval"],
  treasuryReturned: ["returned_by_treasury", "rejected_by_treasury"],
  paid: ["paid"],
  returned: ["returned_by_chief_accountant", "returned_by_account_holder", "withdrawn"],
  cancelled: ["cancelled"],
} as const satisfies Record<string, readonly Status[]>;

export type Group = keyof typeof GROUPS;

export const isGroup = (text: string): text is Group => Object.hasOwn(GROUPS, text);
const isPeriod = (text: string): text is Period => ["7", "30", "nam", "chon"].includes(text);
const isDay = (text: string) => /^\d{4}-\d{2}-\d{2}$/.test(text);
const digits = (text: string) => text.replace(/\D/g, "").slice(0, 15);

export function readFilter(search: string): Filter {
  const params = new URLSearchParams(search);
  const get = (name: string) => params.get(name) ?? "";
  const [period, group] = [get("ky"), get("trang-thai")];
  return {
    period: isPeriod(period) ? period : "30",
    from: isDay(get("tu")) ? get("tu") : "",
    to: isDay(get("den")) ? get("den") : "",
    group: isGroup(group) ? group : "",
    q: get("tim"),
    least: digits(get("tien-tu")),
    most: digits(get("tien-den")),
  };
}

/** Only what differs from a fresh history, so that the plain address stays plain. */
export function writeFilter(filter: Filter): string {
  const chosen = filter.period === "chon";
  const values: [string, string][] = [
    ["ky", filter.period === "30" ? "" : filter.period],
    ["tu", chosen ? filter.from : ""],
    ["den", chosen ? filter.to : ""],
    ["trang-thai", filter.group],
    ["tim", filter.q],
    ["tien-tu", filter.least],
    ["tien-den", filter.most],
  ];
  const params = new URLSearchParams(values.filter(([, value]) => value !== ""));
  return params.size ? `?${params}` : "";
}

export type Query = NonNullable<Options<"/api/dossiers", "get">["query"]>;
export type History = Answer<"/api/dossiers">;

export function queryOf(filter: Filter, today: string, cursor: string | undefined): Query {
  const { from, to } = daysOf(filter, today);
  return {
    ...(filter.group && { status: [...GROUPS[filter.group]] }),
    ...(from && { from }),
    ...(to && { to }),
    ...(filter.q && { q: filter.q }),
    ...(filter.least && { min_amount: Number(filter.least) }),
    ...(filter.most && { max_amount: Number(filter.most) }),
    ...(cursor && { cursor }),
  };
}

/** `today` is the day in Vietnam. */
export function daysOf({ period, from, to }: Filter, today: string): { from: string; to: string } {
  if (period === "chon") return { from, to };
  if (period === "nam") return { from: `${today.slice(0, 4)}-01-01`, to: "" };
  const first = new Date(`${today}T00:00:00Z`);
  first.setUTCDate(first.getUTCDate() - (Number(period) - 1));
  return { from: first.toISOString().slice(0, 10), to: "" };
}

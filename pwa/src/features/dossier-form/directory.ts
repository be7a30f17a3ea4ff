/** Names behind codes: banks and Treasury offices, asked once each and remembered while the app is open. */
import { useEffect, useState } from "preact/hooks";
import { read } from "../../api/client";
import { asProblem } from "../../api/problem";
import type { components } from "../../api/schema";

export type Bank = components["schemas"]["BankOut"];
export type Office = components["schemas"]["TreasuryOfficeOut"];

const names = new Map<string, string>();

export async function findBanks(q: string): Promise<Bank[]> {
  const { items } = await read("/api/banks", { query: { q } });
  for (const bank of items) names.set(`bank:${bank.code}`, bankName(bank));
  return items;
}

export async function findOffices(q: string): Promise<Office[]> {
  const { items } = await read("/api/treasury-offices", { query: { q } });
  for (const office of items) names.set(`office:${office.code}`, office.name);
  return items;
}

export function bankName(bank: Bank): string {
  return bank.name.includes(bank.short_name) ? bank.name : `${bank.short_name} – ${bank.name}`;
}

/** The name of a code; undefined while it is not known, then the code itself is shown. */
export function useName(kind: "bank" | "office", code: string): string | undefined {
  const wanted = `${kind}:${code}`;
  const [known, setKnown] = useState({ wanted, name: names.get(wanted) });
  useEffect(() => {
    const show = () => setKnown({ wanted, name: names.get(wanted) });
    if (code === "" || names.has(wanted)) return show();
    (kind === "bank" ? findBanks(code) : findOffices(code)).then(show, (error: unknown) => void asProblem(error));
  }, [kind, code, wanted]);
  return known.wanted === wanted ? known.name : names.get(wanted);
}

/** Names behind the codes of banks and Treasury offices. A name that cannot be found leaves its code on the screen. */
import { useEffect, useState } from "preact/hooks";
import { read } from "../../api/client";
import { asProblem } from "../../api/problem";
import type { Dossier } from "../../dossier/types";
import type { Places } from "./facts";

const known = new Map<string, string>();

export function usePlaces(dossier: Dossier): Places {
  const payees = dossier.vouchers.map(({ content }) => content.payee);
  const banks = codes(payees.map(({ payee_bank_code }) => payee_bank_code));
  const offices = codes(payees.map(({ payee_treasury_code }) => payee_treasury_code));
  const [places, setPlaces] = useState<Places>(() => new Map(known));
  const wanted = [...banks, ...offices].join(" ");
  useEffect(() => {
    let open = true;
    void Promise.all([...banks.map(learnBank), ...offices.map(learnOffice)]).then(() => open && setPlaces(new Map(known)));
    return () => void (open = false);
  }, [wanted]);
  return places;
}

function codes(all: readonly (string | null | undefined)[]): string[] {
  return [...new Set(all)].filter((code): code is string => Boolean(code) && !known.has(code ?? ""));
}

function learnBank(q: string): Promise<void> {
  return learn(read("/api/banks", { query: { q } }));
}

function learnOffice(q: string): Promise<void> {
  return learn(read("/api/treasury-offices", { query: { q } }));
}

async function learn(read: Promise<{ items: readonly { code: string; name: string }[] }>): Promise<void> {
  try {
    for (const { code, name } of (await read).items) known.set(code, name);
  } catch (error) {
    // The code itself stays readable; only a programming error goes on.
    asProblem(error);
  }
}

import { expect, test } from "vitest";
import type { Dossier } from "../../dossier/types";
import { changedFacts, contentChanged } from "./changes";
import { accepted, withAnswer, type Held } from "./use-dossier";

const dossier = (account: string, sha256: string, revision = "form", status = "awaiting_chief_accountant") =>
  ({ status, vouchers: [{ amount: 1, content: { payee: { payee_account: account } } }], documents: [{ sha256, revision }] }) as Dossier;
const ready = (one: Dossier): Held => ({ at: "ready", dossier: one, newer: undefined, before: undefined, loadedAt: new Date(0), problem: undefined });

test("other content and other bytes are a change", () => {
  expect(contentChanged(dossier("1", "a"), dossier("2", "b"))).toBe(true);
  expect(contentChanged(dossier("1", "a"), dossier("1", "b"))).toBe(true);
});

test("another person's signature is no edit", () => {
  expect(contentChanged(dossier("1", "a"), dossier("1", "b", "second_signature"))).toBe(false);
});

test("new content never replaces what is being read, it waits until asked for and is then marked", () => {
  const [old, edited] = [dossier("1", "a"), dossier("2", "b")];
  const told = withAnswer(ready(old), edited);
  expect(told).toMatchObject({ dossier: old, newer: edited });
  expect(accepted(told)).toMatchObject({ dossier: edited, before: old, newer: undefined });
});

test("a new state of the same content is shown at once", () => {
  const signed = dossier("1", "b", "second_signature", "awaiting_account_holder");
  expect(withAnswer(ready(dossier("1", "a")), signed)).toMatchObject({ dossier: signed, newer: undefined });
});

test("facts are marked by their own name, whatever moved around them", () => {
  const fact = (id: string, value: string) => ({ id, label: id, value });
  expect([...changedFacts([fact("a", "1"), fact("b", "2")], [fact("b", "2"), fact("a", "9"), fact("c", "3")])]).toEqual(["a", "c"]);
});

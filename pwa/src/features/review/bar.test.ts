import { expect, test } from "vitest";
import type { Dossier } from "../../dossier/types";
import { review as words } from "../../words/vi/review";
import { barOf, seenAll, type Sight } from "./bar";

const sight: Sight = { me: "chief", online: true, newer: false, seen: "shown" };
const sign = { action: "sign", allowed: true, reason: null } as const;
const back = { action: "return", allowed: true, reason: null } as const;
const dossier = (more: Partial<Dossier> = {}) =>
  ({ status: "awaiting_chief_accountant", signing_id: null, chief_accountant: { id: "chief" }, account_holder: null, documents: [{ id: "d1" }, { id: "d2" }], actions: [back, sign], ...more }) as Dossier;

test("the person whose turn it is may return and sign once every file is on the screen", () => {
  expect(barOf(dossier(), sight)).toEqual({ bar: "decide", mayReturn: true, blocked: undefined });
});

test("nothing can be signed before page 1 of every file has been shown", () => {
  expect(seenAll(dossier(), {})).toBe("loading");
  expect(seenAll(dossier(), { d1: "shown" })).toBe("loading");
  expect(seenAll(dossier(), { d1: "shown", d2: "shown" })).toBe("shown");
  expect(barOf(dossier(), { ...sight, seen: "loading" })).toMatchObject({ blocked: words.loadingPages });
});

test("a page that could not be shown forbids signing and says so", () => {
  expect(seenAll(dossier(), { d1: "failed" })).toBe("failed");
  expect(barOf(dossier(), { ...sight, seen: "failed" })).toMatchObject({ blocked: words.pagesFailed });
});

test("content that has not been looked at yet forbids signing", () => {
  expect(barOf(dossier(), { ...sight, newer: true })).toMatchObject({ blocked: words.justChanged });
});

test("offline nothing can be decided", () => {
  expect(barOf(dossier(), { ...sight, online: false })).toMatchObject({ blocked: words.offline });
});

test("the server's reason comes before ours", () => {
  const waiting = dossier({ actions: [{ action: "sign", allowed: false, reason: "Chờ Kế toán trưởng ký trước." }] });
  expect(barOf(waiting, { ...sight, seen: "loading" })).toEqual({ bar: "decide", mayReturn: false, blocked: "Chờ Kế toán trưởng ký trước." });
});

test("one's own request under way leads to its screen, another's does not", () => {
  const signing = dossier({ status: "signing_chief_accountant", signing_id: "s1", actions: [] });
  expect(barOf(signing, sight)).toEqual({ bar: "signing", signingId: "s1" });
  expect(barOf(signing, { ...sight, me: "somebody" })).toEqual({ bar: "other" });
});

test("whoever has signed already is offered to take it back, not a dead button", () => {
  const sent = dossier({ actions: [{ action: "withdraw", allowed: true, reason: null }, { action: "sign", allowed: false, reason: "…" }] });
  expect(barOf(sent, sight)).toEqual({ bar: "other" });
});

test("an officer receives, a reader of the history has no buttons of ours", () => {
  expect(barOf(dossier({ status: "submitted", actions: [{ action: "receive", allowed: true, reason: null }] }), sight)).toEqual({ bar: "receive" });
  expect(barOf(dossier({ status: "paid", actions: [] }), sight)).toEqual({ bar: "other" });
});

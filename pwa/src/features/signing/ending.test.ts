/// <reference types="node" />
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { states } from "../../words/vi/states";
import { result } from "../../words/vi/result";
import { isOpen, KNOWN_CODES, viewOf, withoutOpening, type Ending, type Signing } from "./ending";
import { aSigning, failedWith, NOW, settled } from "../../../tests/support/signing-rows";

const STATUSES: Signing["status"][] = ["prepared", "sending", "waiting", "collected", "embedded", "settled", "rejected", "expired", "failed", "cancelled", "unknown", "orphan"];
const PHASES: Signing["phase"][] = ["sending", "waiting", "checking", "signed", "rejected", "expired", "failed", "cancelled", "unknown", "orphan"];

/** The codes a request can end with, from the service that sends them; a second factor is asked for before there is a request. */
const CODES = [...new Set(readFileSync("../backend/services/signing_view.py", "utf8").match(/(?<=")(sign|prov|cert)\.(?!code_)[a-z_]+(?=")/g))];

function endingOf(signing: Signing): Ending {
  const view = viewOf(signing, NOW);
  if (view.at !== "ended") throw new Error(`shown as ${view.at}`);
  return view.ending;
}

test("only a settled row with its moment of signing is shown as signed", () => {
  for (const phase of PHASES) {
    for (const status of STATUSES) {
      for (const signed_at of [null, "2026-11-22T03:02:00Z"]) {
        const signed = viewOf(aSigning({ phase, status, signed_at }), NOW).at === "signed";
        expect(signed, `${phase} ${status} ${signed_at}`).toBe(phase === "signed" && status === "settled" && signed_at !== null);
      }
    }
  }
});

test("a row that says signed and carries a problem is not believed", () => {
  expect(viewOf(settled({ problem: failedWith("sign.invalid").problem }), NOW).at).toBe("waiting");
});

test("there are codes to hold the words against", () => expect(CODES.length).toBeGreaterThan(12));

test.each(CODES)("%s has words of its own in three parts", (code) => {
  expect(KNOWN_CODES).toContain(code);
  const ending = endingOf(failedWith(code));
  expect([states.nothingSigned, states.unclear, result.invalid.opening]).toContain(ending.opening);
  for (const part of [ending.title, ending.advice]) {
    expect(part).not.toBe("");
    expect(part).not.toMatch(/[{}]|prov\.|sign\.|cert\./);
  }
});

test("a code nobody has heard of is told in the server's sentence", () => {
  expect(endingOf(failedWith("prov.brand_new")).title).toBe("Nhà cung cấp từ chối.");
});

test.each([true, false])("while the result is unknown no new request is offered, whatever the server says of retrying (%s)", (can_retry) => {
  const problem = { code: "sign.unknown", title: states.unclear, sign_state: "unknown" as const, can_retry, support_code: null };
  const ending = endingOf(aSigning({ phase: "unknown", status: "unknown", problem }));
  expect(ending.again).toBeUndefined();
  expect(ending.opening).toBe(states.unclear);
  expect(ending.tone).toBe("unclear");
});

test("an unknown request counts as unknown even with the code of another ending", () => {
  const ending = endingOf(failedWith("sign.rejected", { phase: "unknown", status: "unknown" }));
  expect(ending.again).toBeUndefined();
  expect(ending.opening).toBe(states.unclear);
});

test.each(CODES)("%s offers a new request only when the server does", (code) => {
  const problem = { code, title: "x", sign_state: "none_created" as const, can_retry: false, support_code: null };
  expect(endingOf(failedWith(code, { problem })).again).toBeUndefined();
});

test("the promise of an unknown request is the time to its deadline, never less than a minute", () => {
  const unknown = aSigning({ phase: "unknown", status: "unknown", expires_at: "2026-11-22T03:04:30Z" });
  expect(endingOf(unknown).advice).toContain("trong vòng 5 phút");
  const view = viewOf(unknown, Date.parse("2026-11-22T03:09:00Z"));
  expect(view.at === "ended" && view.ending.advice).toContain("trong vòng 1 phút");
});

test("the four tones tell the endings apart", () => {
  const tone = (code: string) => endingOf(failedWith(code)).tone;
  expect([tone("sign.rejected"), tone("sign.wrong_cert"), tone("sign.cancelled"), tone("sign.unknown")]).toEqual(["warning", "danger", "quiet", "unclear"]);
});

test("the opening is said once", () => {
  expect(withoutOpening("VNPT CA đang gặp sự cố. Chưa có chữ ký nào được tạo. Thử lại sau.")).toBe("VNPT CA đang gặp sự cố. Thử lại sau.");
});

test("news is expected while waiting, while unknown, and until the Treasury has answered", () => {
  expect(isOpen(aSigning())).toBe(true);
  expect(isOpen(aSigning({ phase: "unknown", status: "unknown" }))).toBe(true);
  expect(isOpen(settled({ next_approver: null }))).toBe(true);
  expect(isOpen(settled({ next_approver: null, receipt_no: "KB-1" }))).toBe(false);
  expect(isOpen(settled())).toBe(false);
  expect(isOpen(failedWith("sign.rejected", { phase: "rejected", status: "rejected" }))).toBe(false);
});

import { describe, expect, it } from "vitest";
import { reduce, type Change, type Draft } from "./draft";
import { mistakesOf, placeOf, sentencesOf, stepOf, atStep } from "./places";
import { blankVoucher, fromWire, sameOnTheWire, toWire, totalOf, wordsOf, blankLine } from "./voucher";

const today = "2026-11-22";
const start: Draft = { vouchers: [{ ...blankVoucher(today, "v"), lines: [blankLine("a"), blankLine("b")] }] };
const after = (...changes: Change[]) => changes.reduce(reduce, start);
const first = (draft: Draft) => draft.vouchers[0] ?? blankVoucher(today);

describe("draft", () => {
  it("adds up what is typed and reads it aloud", () => {
    const draft = after(
      { do: "type-line", voucher: "v", line: "a", field: "amount", value: "12000000" },
      { do: "type-line", voucher: "v", line: "b", field: "amount", value: "500000" },
    );
    expect(totalOf(first(draft))).toBe(12_500_000n);
    expect(wordsOf(totalOf(first(draft)))).toBe("Mười hai triệu năm trăm nghìn đồng");
    expect(toWire(first(draft)).amount_in_words).toBe("Mười hai triệu năm trăm nghìn đồng");
  });

  it("moves a line and keeps it at the ends", () => {
    const moved = after({ do: "move-line", voucher: "v", line: "b", by: -1 });
    expect(first(moved).lines.map((line) => line.key)).toEqual(["b", "a"]);
    expect(reduce(moved, { do: "move-line", voucher: "v", line: "b", by: -1 })).toEqual(moved);
  });

  it("puts a removed line back where it was", () => {
    const typed = after({ do: "type-line", voucher: "v", line: "a", field: "content", value: "Thanh toán" });
    const without = reduce(typed, { do: "remove-line", voucher: "v", line: "a" });
    expect(first(without).lines.map((line) => line.key)).toEqual(["b"]);
    expect(first(reduce(without, { do: "put-back" })).lines).toEqual(first(typed).lines);
  });

  it("empties the only line instead of leaving nowhere to type, and brings it back", () => {
    const typed = after({ do: "remove-line", voucher: "v", line: "b" }, { do: "type-line", voucher: "v", line: "a", field: "content", value: "Mua sắm" });
    const without = reduce(typed, { do: "remove-line", voucher: "v", line: "a" });
    expect(first(without).lines).toHaveLength(1);
    expect(first(reduce(without, { do: "put-back" })).lines.map((line) => line.content)).toEqual(["Mua sắm"]);
  });

  it("gives a further voucher the account of the one before, and takes it out and back", () => {
    const two = after({ do: "choose-account", voucher: "v", account: "3713.0.1990001", program: "00123" }, { do: "add-voucher", key: "w", today });
    expect(two.vouchers[1]).toMatchObject({ debit_account: "3713.0.1990001", program_code: "00123", unit_voucher_number: "" });
    const one = reduce(two, { do: "remove-voucher", voucher: "v" });
    expect(one.vouchers.map((voucher) => voucher.key)).toEqual(["w"]);
    expect(reduce(one, { do: "put-back" }).vouchers).toEqual(two.vouchers);
    expect(reduce(one, { do: "remove-voucher", voucher: "w" })).toBe(one);
  });

  it("sends a person's identity only while a cash box is ticked, and forgets nothing", () => {
    const draft = after(
      { do: "type-payee", voucher: "v", field: "payee_name", value: "Công ty Điện lực" },
      { do: "type-payee", voucher: "v", field: "bank_account", value: "0011004455667" },
      { do: "choose-method", voucher: "v", method: "cash_at_treasury" },
      { do: "type-payee", voucher: "v", field: "receiver_name", value: "Trần Thị Bình" },
    );
    expect(toWire(first(draft)).payee).toMatchObject({ payee_kind: "cash_person", payee_name: "", payee_account: "", receiver_name: "Trần Thị Bình" });
    const back = first(reduce(draft, { do: "choose-method", voucher: "v", method: "transfer" }));
    expect(toWire(back).payee).toMatchObject({ payee_kind: "bank_account", payee_account: "0011004455667", receiver_name: null });
  });

  it("ticks the cash box for a payee who was paid in cash", () => {
    const payee = {
      payee_kind: "cash_person", payee_name: "", payee_relation_code: null, payee_address: "", payee_account: "", payee_bank_code: null,
      payee_treasury_code: null, payee_program_code: null, receiver_name: "Lê An", receiver_id_number: "001099012345",
      receiver_id_date: "2021-05-01", receiver_id_place: "Cục CSQLHC",
    } as const;
    const draft = after({ do: "pick-payee", voucher: "v", payee });
    expect(toWire(first(draft))).toMatchObject({ payment_method: "cash_at_treasury", payee: { payee_kind: "cash_person", receiver_id_date: "2021-05-01" } });
  });

  it("comes back from the wire as it went, blanks around words aside", () => {
    const draft = after({ do: "type", voucher: "v", field: "unit_voucher_number", value: " UNC-01 " }, { do: "type-line", voucher: "v", line: "a", field: "amount", value: "0" });
    const wire = draft.vouchers.map(toWire);
    expect(wire[0]).toMatchObject({ unit_voucher_number: "UNC-01", lines: [] });
    expect(sameOnTheWire(wire.map(fromWire))).toBe(sameOnTheWire(draft.vouchers));
  });
});

describe("places of the server's sentences", () => {
  const two: Draft = after(
    { do: "type-line", voucher: "v", line: "a", field: "content", value: "Điện" },
    { do: "type-line", voucher: "v", line: "b", field: "content", value: "Nước" },
    { do: "add-voucher", key: "w", today },
  );
  const place = (path: string) => placeOf(path, two.vouchers);

  it.each([
    ["vouchers.0.lines.1.amount", { id: "vv-lb-amount", voucher: 0, group: "lines", line: 1, field: "amount" }],
    ["vouchers.0.lines.0.economic_item_code", { id: "vv-la-economic_item_code", group: "lines", line: 0 }],
    ["vouchers.1.voucher_date", { id: "vw-voucher_date", voucher: 1, group: "header" }],
    ["vouchers.0.payee.payee_account", { id: "vv-bank_account", group: "payee" }],
    ["vouchers.0.payee.receiver_id_date", { id: "vv-receiver_id_date", group: "payee" }],
    ["vouchers.0.lines", { id: "vv-total", group: "lines", field: "lines" }],
    ["vouchers.0.total_amount", { id: "vv-total", group: "lines", field: "total_amount" }],
    ["vouchers.0.amount_in_words", { id: "vv-total", group: "lines" }],
    ["vouchers.7.unit_voucher_number", { voucher: 1 }],
    ["vouchers.0.something_new", { voucher: 0, group: "header", field: "general" }],
    ["", { id: "form-top", field: "general" }],
  ])("%s", (path, found) => {
    expect(place(path)).toMatchObject(found);
  });

  it("points at the account of the ticked kind", () => {
    const treasury = reduce(two, { do: "choose-kind", voucher: "v", kind: "treasury_account" });
    expect(placeOf("vouchers.0.payee.payee_account", treasury.vouchers).id).toBe("vv-treasury_account");
  });

  it("stays with its line when lines are moved", () => {
    const said = sentencesOf(mistakesOf([{ path: "vouchers.0.lines.1.amount", sentence: "Nhập số tiền lớn hơn 0." }], two.vouchers));
    const moved = reduce(two, { do: "move-line", voucher: "v", line: "b", by: -1 });
    expect(said["vv-lb-amount"]).toBe("Nhập số tiền lớn hơn 0.");
    expect(first(moved).lines[0]?.key).toBe("b");
  });

  it("counts past a line nobody has typed in, as it is not sent", () => {
    const draft = after({ do: "type-line", voucher: "v", line: "b", field: "content", value: "Nước" });
    expect(first(draft).lines).toHaveLength(2);
    expect(toWire(first(draft)).lines).toHaveLength(1);
    expect(placeOf("vouchers.0.lines.0.amount", draft.vouchers)).toMatchObject({ id: "vv-lb-amount", line: 1 });
  });

  it("counts steps three to a voucher and never leaves them", () => {
    expect(stepOf({ voucher: 1, group: "lines" })).toBe(4);
    expect(atStep(4, two.vouchers)).toEqual({ voucher: 1, group: "lines" });
    expect(atStep(99, two.vouchers)).toEqual({ voucher: 1, group: "payee" });
  });
});

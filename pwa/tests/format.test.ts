import { expect, test } from "vitest";
import { clockTime, day, dayAndTime, figures, since } from "../src/ui/format";
import { grouped, masked } from "../src/ui/identifiers";
import { plain } from "../src/words/plain";
import { amountInWords } from "../src/words/amount-in-words";

test.each([
  [0, "0"], [999, "999"], [1000, "1.000"], [12500000, "12.500.000"], [999999999999999, "999.999.999.999.999"], ["-1500", "-1.500"],
])("the amount %s is written %s and never shortened", (amount, written) => {
  expect(figures(amount)).toBe(written);
});

test("a moment is written in Vietnam's time wherever the phone is", () => {
  expect(dayAndTime("2026-11-22T03:15:00Z")).toBe("22/11/2026\u00a010:15");
  expect(day("2026-11-21T17:30:00Z")).toBe("22/11/2026");
  expect(clockTime("2026-11-21T17:00:00Z")).toBe("00:00");
});

test("a bare date is turned round, not moved into another zone", () => expect(day("2026-01-02")).toBe("02/01/2026"));

test("an identity number shows its last four characters only", () => expect(masked("079123454321")).toBe("••••••••4321"));

test("an account number is read in groups of four", () => expect(grouped("0071001234567")).toBe("0071\u00a00012\u00a03456\u00a07"));

test("searching ignores tone marks and capitals", () => expect(plain("Thanh toán ĐIỆN")).toBe("thanh toan dien"));

test.each([
  [30_000, { unit: "now" }], [5 * 60_000, { unit: "minutes", n: 5 }], [2 * 3_600_000, { unit: "hours", n: 2 }], [49 * 3_600_000, { unit: "days", n: 2 }],
])("%d ms ago is told in the largest fitting unit", (elapsed, told) => {
  expect(since(1_000_000_000_000 - elapsed, 1_000_000_000_000)).toEqual(told);
});

test.each([
  [1, "Một đồng"], [14, "Mười bốn đồng"], [15, "Mười lăm đồng"], [21, "Hai mươi mốt đồng"], [24, "Hai mươi bốn đồng"],
  [55, "Năm mươi lăm đồng"], [101, "Một trăm lẻ một đồng"], [1001, "Một nghìn không trăm lẻ một đồng"],
  [1010, "Một nghìn không trăm mười đồng"], [105000, "Một trăm lẻ năm nghìn đồng"], [1000005, "Một triệu không trăm lẻ năm đồng"],
  [1050000, "Một triệu không trăm năm mươi nghìn đồng"], [18690000, "Mười tám triệu sáu trăm chín mươi nghìn đồng"],
  [121415001, "Một trăm hai mươi mốt triệu bốn trăm mười lăm nghìn không trăm lẻ một đồng"],
  [1000000000, "Một tỷ đồng"], [1000000005, "Một tỷ không trăm lẻ năm đồng"], [1000001000, "Một tỷ không trăm lẻ một nghìn đồng"],
  [2015000505, "Hai tỷ không trăm mười lăm triệu năm trăm lẻ năm đồng"],
  [1005000000000, "Một nghìn không trăm lẻ năm tỷ đồng"], [2500000000000, "Hai nghìn năm trăm tỷ đồng"],
])("%d is read as a voucher writes it", (amount, words) => expect(amountInWords(amount)).toBe(words));

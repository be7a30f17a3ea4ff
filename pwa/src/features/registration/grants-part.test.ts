import { expect, it } from "vitest";
import { outlasts } from "./grants-part";

// 17:30 in Greenwich is the next day in Vietnam.
const certificate = { valid_to: "2027-03-11T17:30:00Z" };

it("tells both days of a right that outlasts the certificate, and nothing of one that does not", () => {
  expect(outlasts({ end_date: "2027-03-12" }, certificate)).toBeUndefined();
  expect(outlasts({ end_date: "2027-03-13" }, certificate)).toBe("Quyền có giá trị đến 13/03/2027, nhưng chứng thư số hết hạn 12/03/2027.");
  expect(outlasts({ end_date: null }, certificate)).toBe("Quyền không thời hạn, nhưng chứng thư số hết hạn 12/03/2027.");
});

import { expect, test } from "vitest";
import { problemFrom, Problem, asProblem, offlineProblem } from "../src/api/problem";
import { reach, noteFailure, noteSuccess } from "../src/api/online";

const answer = (status: number, body: string, type = "application/problem+json") => new Response(body, { status, headers: { "Content-Type": type } });

test("a problem of the server keeps every part a screen needs", async () => {
  const body = { type: "about:blank", title: "Chứng từ vừa được sửa.", status: 409, code: "voucher.changed", detail: "Hãy xem lại.", fields: [{ path: "reason", sentence: "Nhập lý do." }], support_code: "K7", sign_state: "none_created" };
  const problem = await problemFrom(answer(409, JSON.stringify(body)));
  expect(problem).toMatchObject({ code: "voucher.changed", title: "Chứng từ vừa được sửa.", detail: "Hãy xem lại.", supportCode: "K7", signState: "none_created", status: 409 });
  expect(problem.fields).toEqual([{ path: "reason", sentence: "Nhập lý do." }]);
});

test.each([
  ["a proxy's page", 502, "<html>Bad gateway</html>", "text/html"],
  ["broken JSON", 500, "{", "application/problem+json"],
  ["JSON of another kind", 500, '{"message":"x"}', "application/json"],
])("%s is never shown raw", async (_, status, body, type) => {
  const problem = await problemFrom(answer(status, body, type));
  expect(problem.code).toBe(`http.${status}`);
  expect(problem.title).toBe("Chưa có trả lời. Kiểm tra mạng rồi thử lại.");
});

test("no answer at all is offline", () => expect(offlineProblem()).toMatchObject({ code: "net.offline", status: 0, isOffline: true }));

test("a programming error is not dressed up as a problem", () => {
  expect(() => asProblem(new TypeError("x"))).toThrow(TypeError);
  expect(asProblem(offlineProblem())).toBeInstanceOf(Problem);
});

test("requests that fail and come through again move the app offline and back", () => {
  noteFailure();
  expect(reach.get().at).toBe("offline");
  noteSuccess();
  expect(reach.get().at).toBe("returned");
});

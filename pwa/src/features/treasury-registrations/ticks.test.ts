import { expect, test } from "vitest";
import { offlineProblem } from "../../api/problem";
import { Ticks } from "./ticks";

/** A server that answers when the test says so. */
function server() {
  const calls: { ticked: string[]; answer: () => void; refuse: () => void }[] = [];
  const save = (ticked: string[]) => new Promise<void>((answer, refuse) => calls.push({ ticked, answer, refuse: () => refuse(offlineProblem()) }));
  return { calls, save };
}

const turn = () => new Promise((done) => setTimeout(done));

test("two quick ticks are two calls, one after the other, the second with both", async () => {
  const { calls, save } = server();
  const ticks = new Ticks([], save);
  ticks.set("a", true);
  ticks.set("b", true);
  expect(calls.map(({ ticked }) => ticked)).toEqual([["a"]]);
  calls[0]?.answer();
  await turn();
  expect(calls.map(({ ticked }) => ticked)).toEqual([["a"], ["a", "b"]]);
  calls[1]?.answer();
  await turn();
  expect(ticks.saving.at).toBe("saved");
});

test("a tick taken back is saved as well", async () => {
  const { calls, save } = server();
  const ticks = new Ticks(["a", "b"], save);
  ticks.set("a", false);
  expect(calls[0]?.ticked).toEqual(["b"]);
});

test("what could not be saved stays ticked, says so, and can be sent again", async () => {
  const { calls, save } = server();
  const ticks = new Ticks([], save);
  ticks.set("a", true);
  calls[0]?.refuse();
  await turn();
  expect(ticks.saving.at).toBe("failed");
  expect([...ticks.ticked]).toEqual(["a"]);
  ticks.send();
  calls[1]?.answer();
  await turn();
  expect(ticks.saving.at).toBe("saved");
});

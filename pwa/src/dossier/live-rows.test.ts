// @vitest-environment happy-dom
import { expect, test } from "vitest";
import { follow } from "./live-rows";
import { newOnes } from "./merge-rows";
import { RowsOf, type Page } from "./use-rows";
import type { Row } from "./types";

const PAGE = 20;

/** A server that gives its rows page by page, as the real one does. */
function serverOf(rows: Row[]): (cursor: string | undefined) => Promise<Page> {
  return (cursor) => {
    const from = Number(cursor ?? 0);
    const items = rows.slice(from, from + PAGE);
    return Promise.resolve({ items, next_cursor: from + PAGE < rows.length ? String(from + PAGE) : null, count: rows.length });
  };
}

const row = (id: number): Row => ({ id: String(id) }) as Row;

async function settled(rows: RowsOf<Page>): Promise<void> {
  for (let turn = 0; turn < 20 && (rows.state.at !== "ready" || rows.reading); turn++) await Promise.resolve();
}

test.each([PAGE - 1, PAGE, PAGE + 1, 2 * PAGE])("a new row is offered below a list of %i", async (many) => {
  const held = Array.from({ length: many }, (_, index) => row(index));
  const rows = new RowsOf(serverOf(held));
  rows.reload();
  await settled(rows);

  held.push(row(many));
  follow(rows);
  await settled(rows);

  expect(rows.state.at === "ready" && newOnes(rows.state.shown) + rows.state.beyond).toBe(1);
});

test("knocks that come together cause one reading, those during it one more", async () => {
  const server = serverOf([row(1)]);
  let reads = 0;
  const rows = new RowsOf((cursor) => {
    reads += 1;
    return server(cursor);
  });
  rows.reload();
  await settled(rows);

  reads = 0;
  for (let knock = 0; knock < 5; knock++) follow(rows);
  await settled(rows);
  expect(reads).toBe(1);

  follow(rows);
  await Promise.resolve();
  follow(rows);
  follow(rows);
  await settled(rows);
  expect(reads).toBe(3);
});

import { beforeEach, describe, expect, test } from "vitest";
import { Feed, POLL_EVERY_MS, type Knock } from "../src/realtime/feed";

const knock = (seq: number): Knock => ({ type: "voucher.changed", id: `v${seq}`, seq });

/** A server that remembers its events, and a clock that ticks when told. */
class Server {
  row: Knock[] = [];
  reads: (number | undefined)[] = [];
  kept: number | undefined;
  heard: number[] = [];
  losses = 0;
  visible = true;
  reachable = true;
  tick: (() => void) | undefined;
  pageSize = 50;
  feed(): Feed {
    return new Feed({
      read: async (after) => {
        this.reads.push(after);
        if (!this.reachable) throw new Error("away");
        const items = this.row.filter((one) => one.seq > (after ?? 0)).slice(0, this.pageSize);
        return { items, seq: this.row.at(-1)?.seq ?? 0 };
      },
      recall: () => this.kept,
      keep: (seq) => void (this.kept = seq),
      deliver: (one) => void this.heard.push(one.seq),
      lost: () => void (this.losses += 1),
      isVisible: () => this.visible,
      every: (milliseconds, task) => {
        expect(milliseconds).toBe(POLL_EVERY_MS);
        this.tick = task;
        return () => void (this.tick = undefined);
      },
    });
  }
}

describe("following the server's events", () => {
  let server: Server;
  beforeEach(() => void (server = new Server()));

  test("the first connection only learns where the row stands", async () => {
    server.row = [knock(1), knock(2)];
    await server.feed().connected();
    expect(server.heard).toEqual([]);
    expect(server.kept).toBe(2);
  });

  test("the next number is delivered without asking", async () => {
    server.kept = 4;
    await server.feed().receive(knock(5));
    expect(server.heard).toEqual([5]);
    expect(server.reads).toEqual([]);
  });

  test("a knock that comes twice is heard once", async () => {
    server.kept = 4;
    const feed = server.feed();
    await feed.receive(knock(5));
    await feed.receive(knock(5));
    expect(server.heard).toEqual([5]);
  });

  test("a missing number sends us to read the rest, in order", async () => {
    server.kept = 4;
    server.row = [knock(5), knock(6), knock(7)];
    await server.feed().receive(knock(7));
    expect(server.reads[0]).toBe(4);
    expect(server.heard).toEqual([5, 6, 7]);
  });

  test("a reconnect brings what happened in between", async () => {
    server.kept = 2;
    server.row = [knock(3), knock(4)];
    const feed = server.feed();
    feed.disconnected();
    await feed.connected();
    expect(server.heard).toEqual([3, 4]);
    expect(server.tick).toBeUndefined();
  });

  test("what changed several times in between is heard once", async () => {
    server.kept = 2;
    server.row = [{ ...knock(3), id: "v1" }, { ...knock(4), id: "v2" }, { ...knock(5), id: "v1" }];
    await server.feed().connected();
    expect(server.heard).toEqual([4, 5]);
    expect(server.kept).toBe(5);
  });

  test("pages that are cut short lose nothing", async () => {
    server.kept = 0;
    server.pageSize = 2;
    server.row = [1, 2, 3, 4, 5].map(knock);
    await server.feed().connected();
    expect(server.heard).toEqual([1, 2, 3, 4, 5]);
  });

  test("without the socket the row is read by polling, only while somebody looks", async () => {
    server.kept = 1;
    server.row = [knock(2)];
    const feed = server.feed();
    feed.disconnected();
    server.visible = false;
    server.tick?.();
    expect(server.reads).toEqual([]);
    server.visible = true;
    server.tick?.();
    await feed.catchUp();
    expect(server.heard).toEqual([2]);
  });

  test("a read that fails loses nothing: the next one starts at the same number", async () => {
    server.kept = 1;
    server.row = [knock(2)];
    server.reachable = false;
    const feed = server.feed();
    await feed.catchUp();
    server.reachable = true;
    await feed.catchUp();
    expect(server.reads.slice(0, 2)).toEqual([1, 1]);
    expect(server.heard).toEqual([2]);
  });

  test("a knock during the very first read is not swallowed", async () => {
    server.row = [knock(1)];
    const feed = server.feed();
    const first = feed.connected();
    server.row.push(knock(2));
    await feed.receive(knock(2));
    await first;
    expect(server.kept).toBe(2);
  });

  test("when the server tells only the newest, everything is read again", async () => {
    server.kept = 1;
    server.row = [knock(90), knock(91)];
    await server.feed().connected();
    expect(server.losses).toBe(1);
    expect(server.heard).toEqual([90, 91]);
  });

  test("the end of the session is heard although it has no number", async () => {
    server.kept = 7;
    await server.feed().receive({ type: "session.ended", id: "s", seq: 0 });
    expect(server.heard).toEqual([0]);
    expect(server.kept).toBe(7);
  });

  test("leaving forgets the number", async () => {
    server.kept = 7;
    const feed = server.feed();
    feed.disconnected();
    feed.rest();
    expect(server.tick).toBeUndefined();
  });
});

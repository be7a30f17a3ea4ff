import { describe, expect, it } from "vitest";
import { Problem, offlineProblem } from "../../api/problem";
import { QUIET_MS } from "../../saving/autosave";
import { startAutosave, type Dossier, type Kept, type Ports } from "./autosave";
import { blankVoucher, type WireVoucher } from "./voucher";

/** A server of one dossier with the rules of the real one: versions, and keys that count once. */
class Server {
  version = 0;
  vouchers: WireVoucher[] = [];
  requests: { key: string; vouchers: WireVoucher[] }[] = [];
  answered = new Map<string, { text: string; dossier: Dossier }>();
  loseAnswers = 0;
  refuse: Problem | undefined;
  gate: Promise<void> = Promise.resolve();

  write = async (expected: number | undefined, vouchers: WireVoucher[], key: string): Promise<Dossier> => {
    await this.gate;
    this.requests.push({ key, vouchers });
    if (this.refuse) throw this.refuse;
    const before = this.answered.get(key);
    if (before && before.text !== JSON.stringify(vouchers)) throw stale("request.key_reused");
    if (!before) {
      if (expected !== undefined && expected !== this.version) throw stale("voucher.stale");
      this.vouchers = vouchers;
      this.version += 1;
      this.answered.set(key, { text: JSON.stringify(vouchers), dossier: this.dossier() });
    }
    if (this.loseAnswers > 0) {
      this.loseAnswers -= 1;
      throw offlineProblem();
    }
    return this.answered.get(key)?.dossier ?? this.dossier();
  };

  dossier(): Dossier {
    const vouchers = this.vouchers.map((content, index) => ({ position: index + 1, content }));
    return { id: "d1", version: this.version, vouchers, actions: [{ action: "edit", allowed: true, reason: null }] } as unknown as Dossier;
  }
}

function stale(code: string): Problem {
  return new Problem({ title: code, status: 409, code });
}

function desk(server: Server, kept?: Kept) {
  const timers: { run: () => void; ms: number; off: boolean }[] = [];
  let keys = 0;
  const ports: Ports = {
    create: (vouchers, key) => server.write(undefined, vouchers, key),
    save: (_, version, vouchers, key) => server.write(version, vouchers, key),
    read: () => Promise.resolve(server.dossier()),
    freshKey: () => `${kept ? "after" : "key"}${(keys += 1)}`,
    now: () => new Date("2026-11-22T03:00:00Z"),
    later(run, ms) {
      const timer = { run, ms, off: false };
      timers.push(timer);
      return () => (timer.off = true);
    },
  };
  const voucher = blankVoucher("2026-11-22", "v");
  const made = startAutosave(ports, { draft: { vouchers: [voucher] }, kept });
  const type = (value: string) => made.change({ do: "type", voucher: "v", field: "unit_voucher_number", value });
  const due = () => timers.filter((timer) => !timer.off);
  const fire = () => {
    for (const timer of due()) {
      timer.off = true;
      timer.run();
    }
  };
  return { ...made, type, due, fire };
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 0));

describe("autosave", () => {
  it("writes nothing before anything was typed, and once after a pause in typing", async () => {
    const server = new Server();
    const one = desk(server);
    expect(await one.flush()).toBe(true);
    one.type("U");
    one.type("UN");
    one.type("UNC-01");
    expect(one.due().map((timer) => timer.ms)).toEqual([QUIET_MS]);
    one.fire();
    await settled();
    expect(server.requests.map((request) => request.vouchers[0]?.unit_voucher_number)).toEqual(["UNC-01"]);
    expect(one.state.get()).toMatchObject({ at: "clean" });
  });

  it("never has two requests under way, and sends afterwards what was typed meanwhile", async () => {
    const server = new Server();
    let release: () => void = () => undefined;
    server.gate = new Promise((resolve) => (release = resolve));
    const one = desk(server);
    one.type("A");
    const first = one.flush();
    one.type("AB");
    expect(one.flush()).toBe(first);
    release();
    expect(await first).toBe(true);
    expect(server.requests.map((request) => request.vouchers[0]?.unit_voucher_number)).toEqual(["A", "AB"]);
    expect(new Set(server.requests.map((request) => request.key)).size).toBe(2);
    expect(server.version).toBe(2);
  });

  it("repeats a request whose answer was lost with the same key and content, then sends the newer typing", async () => {
    const server = new Server();
    server.loseAnswers = 1;
    const one = desk(server);
    one.type("A");
    expect(await one.flush()).toBe(false);
    expect(one.state.get().at).toBe("offline");
    one.type("AB");
    expect(await one.flush()).toBe(true);
    expect(server.requests.map((request) => [request.key, request.vouchers[0]?.unit_voucher_number])).toEqual([["key1", "A"], ["key1", "A"], ["key2", "AB"]]);
    expect(server.version).toBe(2);
  });

  it("keeps the typing and points at the field when the content is refused", async () => {
    const server = new Server();
    const one = desk(server);
    const fields = [{ path: "vouchers.0.unit_voucher_number", sentence: "Số chứng từ này đã dùng." }];
    server.refuse = new Problem({ title: "Có 1 chỗ cần sửa.", status: 422, code: "content.invalid", fields });
    one.type("A");
    expect(await one.flush()).toBe(false);
    expect(one.state.get()).toMatchObject({ at: "refused", mistakes: [{ id: "vv-unit_voucher_number" }] });
    expect(one.due()).toEqual([]);
    server.refuse = undefined;
    one.type("B");
    expect(await one.flush()).toBe(true);
    expect(server.vouchers[0]?.unit_voucher_number).toBe("B");
  });

  it("never writes over another person's change without asking, and offers both ways out", async () => {
    const server = new Server();
    const one = desk(server);
    one.type("A");
    await one.flush();
    const theirs = server.vouchers.map((voucher) => ({ ...voucher, unit_voucher_number: "THEIRS" }));
    server.vouchers = theirs;
    server.version += 1;
    one.type("MINE");
    expect(await one.flush()).toBe(false);
    expect(one.state.get().at).toBe("conflict");
    expect(server.vouchers[0]?.unit_voucher_number).toBe("THEIRS");
    expect(one.draft.get().vouchers[0]?.unit_voucher_number).toBe("MINE");
    expect(await one.keepMine()).toBe(true);
    expect(server.vouchers[0]?.unit_voucher_number).toBe("MINE");
  });

  it("takes the other version when the person chooses it", async () => {
    const server = new Server();
    const one = desk(server);
    one.type("A");
    await one.flush();
    server.vouchers = server.vouchers.map((voucher) => ({ ...voucher, unit_voucher_number: "THEIRS" }));
    server.version += 1;
    one.type("MINE");
    await one.flush();
    one.takeTheirs();
    expect(one.draft.get().vouchers[0]?.unit_voucher_number).toBe("THEIRS");
    expect(one.state.get().at).toBe("clean");
  });

  it("goes on without asking when only the version moved and the content is what it was", async () => {
    const server = new Server();
    const one = desk(server);
    one.type("A");
    await one.flush();
    server.version += 3;
    one.type("AB");
    expect(await one.flush()).toBe(true);
    expect(server.vouchers[0]?.unit_voucher_number).toBe("AB");
  });

  it("brings back after a reload what was not saved, repeating the lost request first", async () => {
    const server = new Server();
    server.loseAnswers = 1;
    const one = desk(server);
    let kept: Kept | undefined;
    one.onKeep((now) => (kept = now && (JSON.parse(JSON.stringify(now)) as Kept)));
    one.type("A");
    await one.flush();
    one.type("AB");
    expect(kept).toMatchObject({ attempt: { key: "key1" } });
    const again = desk(server, kept);
    expect(again.draft.get().vouchers[0]?.unit_voucher_number).toBe("AB");
    again.fire();
    await settled();
    expect(await again.flush()).toBe(true);
    expect(server.requests.map((request) => request.key)).toEqual(["key1", "key1", "after1"]);
    expect(server.vouchers[0]?.unit_voucher_number).toBe("AB");
    again.onKeep((now) => (kept = now));
    expect(kept).toBeUndefined();
  });

  it("does not hold newer typing back when the server broke down over the older", async () => {
    const server = new Server();
    const one = desk(server);
    server.refuse = new Problem({ title: "Có lỗi ngoài ý muốn.", status: 500, code: "sys.error" });
    one.type("A");
    expect(await one.flush()).toBe(false);
    expect(one.state.get().at).toBe("busy");
    expect(await one.flush()).toBe(false);
    server.refuse = undefined;
    one.type("B");
    expect(await one.flush()).toBe(true);
    expect(server.requests.map((request) => request.key)).toEqual(["key1", "key1", "key2"]);
    expect(server.vouchers[0]?.unit_voucher_number).toBe("B");
  });

  it("waits for the next log-in instead of knocking with a dead session", async () => {
    const server = new Server();
    server.refuse = new Problem({ title: "Phiên làm việc đã kết thúc.", status: 401, code: "auth.expired" });
    const one = desk(server);
    one.type("A");
    expect(await one.flush()).toBe(false);
    expect(one.due()).toEqual([]);
    server.refuse = undefined;
    expect(await one.flush()).toBe(true);
  });
});

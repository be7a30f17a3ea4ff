/**
 * Follows the server's events without losing one: `{type, id, seq}` are knocks, each with its number in the person's row.
 *
 * Events come by socket; on the first connection, on every reconnect and on a missing number the rest is read from
 * `GET /api/events?after=seq`. While the socket is down the same address is read every three seconds, if somebody looks.
 * Does not: know sockets, screens or vouchers; everything it touches is handed in.
 */
export interface Knock {
  type: string;
  id: string;
  seq: number;
  at?: string;
}

export interface Page {
  /** Oldest first; when many are missing only the newest. */
  items: Knock[];
  seq: number;
}

export interface World {
  /** `after === undefined` asks where the row stands now. */
  read(after: number | undefined): Promise<Page>;
  recall(): number | undefined;
  keep(seq: number): void;
  /** More was missed than the server tells: everything on the screens must be read again. */
  lost(): void;
  deliver(knock: Knock): void;
  isVisible(): boolean;
  every(milliseconds: number, task: () => void): () => void;
}

export const POLL_EVERY_MS = 3_000;

export class Feed {
  private last: number | undefined;
  private wanted = 0;
  private reading: Promise<void> | undefined;
  private stopPolling: (() => void) | undefined;

  constructor(private readonly world: World) {
    this.last = world.recall();
  }

  connected(): Promise<void> {
    this.stopPolling?.();
    this.stopPolling = undefined;
    return this.catchUp();
  }

  disconnected(): void {
    this.stopPolling ??= this.world.every(POLL_EVERY_MS, () => {
      if (this.world.isVisible()) void this.catchUp();
    });
  }

  /** The session says where the row stood when the screens were read. */
  startAt(seq: number): void {
    this.last ??= seq;
  }

  /** The person has left: forget the number and stop asking. */
  rest(): void {
    this.stopPolling?.();
    this.stopPolling = undefined;
    this.last = undefined;
    this.wanted = 0;
  }

  /** A knock from the socket. A repeated one is dropped; one that skips a number sends us to read the rest. */
  receive(knock: Knock): Promise<void> {
    if (knock.seq === 0) {
      // Outside the row: the session itself has ended.
      this.world.deliver(knock);
      return Promise.resolve();
    }
    if (this.last !== undefined && knock.seq <= this.last) return Promise.resolve();
    if (this.last !== undefined && knock.seq === this.last + 1 && !this.reading) {
      this.deliver(knock);
      return Promise.resolve();
    }
    this.wanted = Math.max(this.wanted, knock.seq);
    return this.catchUp();
  }

  /** Reads until nothing newer is known; callers during a read share it. */
  catchUp(): Promise<void> {
    this.reading ??= this.readOn().finally(() => {
      this.reading = undefined;
    });
    return this.reading;
  }

  private async readOn(): Promise<void> {
    for (let more = true; more; ) {
      const from = this.last;
      const page = await this.world.read(from).catch(() => undefined);
      if (!page) return;
      // The first read only learns the number: what happened before this session is on the screens already.
      if (from !== undefined && (page.items[0]?.seq ?? 0) > from + 1) this.world.lost();
      if (from !== undefined) for (const knock of newestOfEach(page.items)) if (knock.seq > from) this.deliver(knock);
      // A page may be cut short, so its `seq` counts only when no event stands between.
      if (from === undefined || page.items.length === 0) this.advance(page.seq);
      const progressed = this.last !== from;
      more = progressed && (this.wanted > (this.last ?? 0) || (from !== undefined && page.items.length > 0));
    }
  }

  private deliver(knock: Knock): void {
    this.advance(knock.seq);
    this.world.deliver(knock);
  }

  private advance(seq: number): void {
    if (this.last !== undefined && seq <= this.last) return;
    this.last = seq;
    this.world.keep(seq);
  }
}

/** Of several knocks about one thing the newest is enough: whoever hears it reads that thing anew. */
function newestOfEach(knocks: readonly Knock[]): Knock[] {
  const about = ({ type, id }: Knock) => `${type} ${id}`;
  const newest = new Map(knocks.map((knock) => [about(knock), knock.seq]));
  return knocks.filter((knock) => newest.get(about(knock)) === knock.seq);
}

/**
 * Ticking the check list: what is ticked shows at once, what is saved is said. One call at a time, the newest state last, so
 * that two quick ticks neither overtake one another nor look at the same version.
 */
import { asProblem, type Problem } from "../../api/problem";

export type Saving = { at: "rest" } | { at: "saving" } | { at: "saved" } | { at: "failed"; problem: Problem };

export class Ticks {
  ticked: ReadonlySet<string>;
  saving: Saving = { at: "rest" };
  draw: () => void = () => undefined;
  private running = false;

  constructor(ticked: Iterable<string>, private readonly save: (ticked: string[]) => Promise<void>) {
    this.ticked = new Set(ticked);
  }

  set(name: string, ticked: boolean): void {
    const next = new Set(this.ticked);
    if (ticked) next.add(name);
    else next.delete(name);
    this.ticked = next;
    this.send();
  }

  /** Sends the present state; for another try after a failure as well. */
  send(): void {
    this.saving = { at: "saving" };
    this.draw();
    if (!this.running) void this.run();
  }

  private async run(): Promise<void> {
    this.running = true;
    try {
      for (let sent: ReadonlySet<string> | undefined; sent !== this.ticked; ) {
        sent = this.ticked;
        await this.save([...sent]);
      }
      this.saving = { at: "saved" };
    } catch (error) {
      this.saving = { at: "failed", problem: asProblem(error) };
    } finally {
      this.running = false;
      this.draw();
    }
  }
}

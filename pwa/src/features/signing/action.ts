/** One key for one decision: it stays the same while the decision does, however often it is sent. */
import { actionKey } from "../../api/action-key";

export class Decision {
  private held: { meaning: string; key: string } | undefined;

  /** `meaning` is what the server must do once; a password is how, and no part of it. */
  keyFor(meaning: unknown): string {
    const text = JSON.stringify(meaning);
    if (this.held?.meaning !== text) this.held = { meaning: text, key: actionKey() };
    return this.held.key;
  }
}

/** "Quá trình xử lý": who did what, when; the words are the server's. */
import type { LogEntry } from "../../dossier/types";
import { toneOf } from "../../dossier/tone";
import type { Status } from "../../dossier/types";
import { Card } from "../../ui/card";
import { dayAndTime } from "../../ui/format";
import type { IconName } from "../../ui/icons";
import { Timeline } from "../../ui/progress";
import { say } from "../../words/say";
import { review as words } from "../../words/vi/review";

const ICON: Readonly<Record<string, IconName>> = {
  create: "edit", save: "edit", submit: "send", repick: "person", withdraw: "return", return: "return", approve: "sign", signed: "check",
  sign_failed: "alert", receive: "intake", reopen: "edit", cancel: "close", start_over: "return", reject: "close", pay: "check-circle",
};

export function Log({ entries }: { entries: readonly LogEntry[] }) {
  return (
    <Card title={words.history}>
      <Timeline
        entries={[...entries].reverse().map((entry) => ({
          id: String(entry.seq),
          at: dayAndTime(entry.at),
          icon: ICON[entry.action] ?? "check",
          tone: entry.action === "sign_failed" ? "warning" : entry.action === "signed" ? "good" : toneOf(entry.to_status as Status),
          text: <><strong>{entry.status_label}</strong><span class="log-note">{entry.note}</span><span class="log-actor">{say(words.logLine, { tên: entry.actor_name, "chức danh": entry.actor_title })}</span></>,
        }))}
      />
    </Card>
  );
}

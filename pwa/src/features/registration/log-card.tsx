/** "Nhật ký hồ sơ": every change of state, the newest first. */
import { Card } from "../../ui/card";
import { dayAndTime } from "../../ui/format";
import { Timeline } from "../../ui/progress";
import { say } from "../../words/say";
import { sending as words } from "../../words/vi/registering-sending";
import type { Registration } from "./parts";

export function LogCard({ log }: Pick<Registration, "log">) {
  if (log.length === 0) return null;
  return (
    <Card title={words.log}>
      <Timeline
        entries={log.map(({ seq, at, stage_label, note }) => ({
          id: String(seq),
          at: dayAndTime(at),
          text: note ? say(words.logLine, { "trạng thái": stage_label, "ghi chú": note }) : stage_label,
        }))}
      />
    </Card>
  );
}

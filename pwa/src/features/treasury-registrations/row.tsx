/** One registration at the Treasury: whose, until when, whether its signatures hold, and who has it in hand. */
import { serverNow } from "../../api/client";
import { StatusBadge } from "../../ui/badge";
import { dayAndTime } from "../../ui/format";
import { RowCard } from "../../ui/row-card";
import { say } from "../../words/say";
import { treasuryRegistrations as words } from "../../words/vi/treasury-registrations";
import { dueOf } from "./due";
import type { RegistrationRow } from "./types";
import { VerdictBadge } from "./verdict";

export function Row({ row, selected }: { row: RegistrationRow; selected: boolean }) {
  const due = row.due_at ? dueOf({ due_at: row.due_at, late: row.late }, serverNow()) : undefined;
  return (
    <li class="row-item">
      <RowCard
        href={`/tiep-nhan/${row.id}`}
        title={row.unit_name}
        sub={say(words.code, { mã: row.code })}
        badge={
          <span class="row-badges">
            {due && <StatusBadge tone={due.tone} icon="clock">{due.sentence}</StatusBadge>}
            <VerdictBadge verdict={row.verdict} />
          </span>
        }
        meta={
          <span class="row-parts">
            <span>{[row.submitted_at && say(words.received, { giờ: dayAndTime(row.submitted_at) }), row.stage_label].filter(Boolean).join(" · ")}</span>
            <span>{row.officer_name ? say(words.assigned, { tên: row.officer_name }) : words.nobody}</span>
          </span>
        }
        selected={selected}
      />
    </li>
  );
}

/** One registration at the Treasury: whose, until when, whether its signatures hold, and who has it in hand. */
import { serverNow } from "../../api/client";
import { StatusBadge } from "../../ui/badge";
import { dayAndTime } from "../../ui/format";
import { Icon } from "../../ui/icons";
import { RowCard } from "../../ui/row-card";
import { say } from "../../words/say";
import { treasuryRegistrations as words } from "../../words/vi/treasury-registrations";
import { dueOf } from "./due";
import type { RegistrationRow } from "./types";
import type { PickingControl } from "./use-picking";
import { VerdictBadge } from "./verdict";

export interface RowProps {
  row: RegistrationRow;
  selected: boolean;
  /** While several are being chosen. */
  picking: PickingControl | undefined;
}

export function Row({ row, selected, picking }: RowProps) {
  const due = row.due_at ? dueOf({ due_at: row.due_at, late: row.late }, serverNow()) : undefined;
  return (
    <li class={picking ? "row-item row-pick" : "row-item"} data-id={row.id}>
      {picking && <Pick row={row} picking={picking} />}
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

function Pick({ row, picking }: { row: RegistrationRow; picking: PickingControl }) {
  const barred = picking.barred(row);
  return (
    <>
      <label class="pick">
        <input type="checkbox" checked={picking.chosen.includes(row)} disabled={barred !== undefined || picking.state.at === "taking"} onChange={() => picking.toggle(row)} />
        <span class="visually-hidden">{say(words.pick.one, { "đơn vị": row.unit_name })}</span>
      </label>
      {barred !== undefined && <p class="pick-reason small"><Icon name="info" /><span>{barred}</span></p>}
    </>
  );
}

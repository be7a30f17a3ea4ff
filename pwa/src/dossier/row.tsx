/** One dossier in a list: who receives how much for what, who sent it, and what is special about it. */
import type { ComponentChildren } from "preact";
import { serverNow } from "../api/client";
import { say } from "../words/say";
import { rows as words } from "../words/vi/rows";
import { Amount } from "../ui/amount";
import { StatusBadge } from "../ui/badge";
import { RowCard } from "../ui/row-card";
import { clockTime, day, since } from "../ui/format";
import type { Row } from "./types";

export interface DossierRowProps {
  row: Row;
  selected: boolean;
  gone?: boolean;
  fresh?: boolean;
  /** What stands before the voucher's number; without it, what is special about a waiting one. */
  badge?: ComponentChildren;
  /** The moment the row tells of, already written for people. */
  moment?: string;
  /** From whom it comes; without it, the person who passed it on. */
  from?: string;
  /** Reads an amount aloud; figures until it has been fetched. */
  inWords?: ((amount: number) => string) | undefined;
  /** A button beside the link, such as "more". */
  aside?: ComponentChildren;
}

export function DossierRow({ row, selected, gone, fresh, badge, moment, from, inWords, aside }: DossierRowProps) {
  const waited = waitedFor(row.waiting_since);
  return (
    <li class={`row-item${gone ? " row-gone" : ""}${aside ? " row-with-aside" : ""}`} data-row={row.id} data-fresh={fresh ? "" : undefined}>
      <RowCard
        href={`/chung-tu/${row.id}`}
        title={row.payee_name || words.noPayee}
        sub={row.content}
        amount={<Amount value={row.amount} {...(inWords && { spoken: inWords(row.amount) })} />}
        badge={<span class="row-badges">{gone ? <StatusBadge tone="neutral" icon="check">{words.handled}</StatusBadge> : (badge ?? <Special row={row} />)}</span>}
        meta={<Meta first={[row.voucher_no, moment ?? waited]} second={from ?? row.sender_name} />}
        selected={selected}
      />
      {aside}
    </li>
  );
}

function Meta({ first, second }: { first: readonly string[]; second: string | null }) {
  return <span class="row-parts"><span>{first.filter(Boolean).join(" · ")}</span>{second && <span>{second}</span>}</span>;
}

function Special({ row }: { row: Row }) {
  if (row.signing_id) return <StatusBadge tone="wait">{words.signPending}</StatusBadge>;
  return (
    <>
      {row.urgent && <StatusBadge tone="warning">{row.due_at ? say(words.urgentUntil, { giờ: deadline(row.due_at) }) : words.urgent}</StatusBadge>}
      {row.changed_since_seen && <StatusBadge tone="info" icon="edit">{words.changedSinceSeen}</StatusBadge>}
    </>
  );
}

/** A deadline is the first moment that is too late; at midnight people say the day before. */
function deadline(moment: string): string {
  const last = Date.parse(moment) - 60_000;
  return day(last) === day(serverNow()) ? clockTime(last) : `${clockTime(last)} ${day(last).slice(0, 5)}`;
}

export function waitedFor(moment: string): string {
  const ago = since(moment, serverNow());
  return ago.unit === "now" ? words.ago.now : say(words.ago[ago.unit], { n: ago.n });
}

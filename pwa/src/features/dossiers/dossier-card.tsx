/** One dossier of the maker: a draft may lack everything, and says so. */
import { toneOf } from "../../dossier/tone";
import type { Row } from "../../dossier/types";
import { Amount } from "../../ui/amount";
import { StatusBadge } from "../../ui/badge";
import { RowCard } from "../../ui/row-card";
import { dossiers as words } from "../../words/vi/dossiers";
import { whenOf } from "./hands";

export function DossierCard({ row, href, selected = false }: { row: Row; href: string; selected?: boolean }) {
  const payee = row.payee_name || words.noPayee;
  return (
    <RowCard
      href={href}
      title={payee}
      sub={row.content || words.noContent}
      amount={row.amount > 0 ? <Amount value={row.amount} /> : <span class="muted small">{words.noAmount}</span>}
      badge={<StatusBadge tone={toneOf(row.status)}>{row.status_label}</StatusBadge>}
      meta={<span class="row-parts">{[row.voucher_no, whenOf(row)].filter(Boolean).map((part) => <span key={part}>{part}</span>)}</span>}
      selected={selected}
    />
  );
}

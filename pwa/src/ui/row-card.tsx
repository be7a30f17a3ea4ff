/** One dossier's place in a list, as a link. */
import type { AnchorHTMLAttributes, ComponentChildren } from "preact";

export interface RowCardProps extends Omit<AnchorHTMLAttributes<HTMLAnchorElement>, "title" | "href" | "role"> {
  href: string;
  title: string;
  sub?: string | undefined;
  amount?: ComponentChildren;
  meta?: ComponentChildren;
  badge?: ComponentChildren;
  selected?: boolean;
}

/**
 * One item of a list: title on up to two lines, everything else wraps, the amount always whole at the lower right. What it
 * shows is also its name: a label in other words could not be spoken to a phone that listens.
 */
export function RowCard({ href, title, sub, amount, meta, badge, selected, ...rest }: RowCardProps) {
  return (
    <a {...rest} class="row-card" href={href} aria-current={selected ? "true" : undefined}>
      <span class="row-title">{title}</span>
      {sub && <span class="row-sub">{sub}</span>}
      <span class="row-foot">
        <span class="row-meta">{badge}{meta}</span>
        {amount}
      </span>
    </a>
  );
}

/** Cards, chips, badges: the quiet furniture of every screen. */
import type { AnchorHTMLAttributes, ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { Icon, type IconName } from "./icons";

export function Card({ title, aside, children, tone = "plain" }: { title?: string; aside?: ComponentChildren; children: ComponentChildren; tone?: "plain" | "warning" | "danger" | "good" }) {
  const id = useId();
  return (
    <section class={`card card-${tone}`} aria-labelledby={title ? id : undefined}>
      {title && (
        <header class="card-head">
          <h2 class="card-title" id={id}>{title}</h2>
          {aside}
        </header>
      )}
      {children}
    </section>
  );
}

/** Label and value pairs; long values wrap, none is cut. */
export function Facts({ facts }: { facts: readonly { label: string; value: ComponentChildren; strong?: boolean }[] }) {
  return (
    <dl class="facts">
      {facts.map((fact) => (
        <div key={fact.label} class={fact.strong ? "fact fact-strong" : "fact"}>
          <dt>{fact.label}</dt>
          <dd>{fact.value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** A filter or a ready-made answer that is either on or off. */
export function Chip({ on, children, onClick, count }: { on: boolean; children: ComponentChildren; onClick: () => void; count?: number | undefined }) {
  return (
    <button type="button" class="chip" aria-pressed={on} onClick={onClick}>
      {on && <Icon name="check" />}
      <span>{children}</span>
      {count !== undefined && <span class="chip-count">{count}</span>}
    </button>
  );
}

export type Tone = "neutral" | "wait" | "good" | "warning" | "danger" | "info";

const TONE_ICON: Record<Tone, IconName> = { neutral: "document", wait: "clock", good: "check-circle", warning: "urgent", danger: "error", info: "info" };

/** A state in three ways at once: drawing, word, colour. */
export function StatusBadge({ tone, icon, children }: { tone: Tone; icon?: IconName; children: ComponentChildren }) {
  return (
    <span class={`badge badge-${tone}`}>
      <Icon name={icon ?? TONE_ICON[tone]} />
      <span>{children}</span>
    </span>
  );
}

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

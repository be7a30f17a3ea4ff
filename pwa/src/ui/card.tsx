/** Cards and facts: the quiet furniture of every screen. */
import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

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

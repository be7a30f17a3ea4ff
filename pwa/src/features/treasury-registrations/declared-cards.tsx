/** What the unit declared, group by group, to be compared with the signed files beside it. */
import { useMemo } from "preact/hooks";
import { read } from "../../api/client";
import { useLoaded } from "../../api/use-loaded";
import { declaredOf, type Declared, type DeclaredFact } from "../../registration/declared";
import { Card } from "../../ui/card";
import { Icon } from "../../ui/icons";
import type { Registration } from "./types";

export function DeclaredCards({ registration }: { registration: Registration }) {
  const { state } = useLoaded(() => read("/api/registrations/choices"), "choices");
  const groups = useMemo(() => {
    const labels = new Map(state.at === "ready" ? state.value.services.map(({ code, label }) => [code, label]) : []);
    // Until the names are here, or when they cannot be had, the code itself stays readable.
    return declaredOf(registration, (code) => labels.get(code) ?? code);
  }, [registration, state]);
  return <>{groups.map((group) => <Card key={group.id} title={group.title}><Group group={group} /></Card>)}</>;
}

function Group({ group: { id, blocks } }: { group: Declared }) {
  if (id === "unit") return <Facts facts={blocks[0]?.facts ?? []} />;
  if (id === "services") return <ul class="declared-services">{blocks.map(({ title }) => <li key={title}><Icon name="check" /><span>{title}</span></li>)}</ul>;
  return (
    <ul class="declared-blocks">
      {blocks.map(({ title, facts }, index) => (
        <li key={`${title}-${index}`} class="declared-block">
          <h3 class={id === "members" ? "declared-title" : "declared-title figures"}>{title}</h3>
          {id === "members" ? <Facts facts={facts} /> : facts.map((fact) => <Lines key={fact.label} fact={fact} />)}
        </li>
      ))}
    </ul>
  );
}

function Facts({ facts }: { facts: readonly DeclaredFact[] }) {
  return <dl class="facts">{facts.map((fact) => <div key={fact.label} class="fact"><dt>{fact.label}</dt><dd><Lines fact={fact} /></dd></div>)}</dl>;
}

function Lines({ fact: { lines, figures } }: { fact: DeclaredFact }) {
  return <div class={figures ? "figures" : undefined}>{lines.map((line) => <p key={line}>{line}</p>)}</div>;
}

/** Step 4: everything declared, group by group, each with the way back to it. */
import { declaredOf, type Declared, type DeclaredFact } from "../../registration/declared";
import { Card, Facts } from "../../ui/card";
import { Icon } from "../../ui/icons";
import { say } from "../../words/say";
import { dossier } from "../../words/vi/dossier";
import { sending as words } from "../../words/vi/registering-sending";
import type { PartProps } from "./part";
import { screenNamed, searchOf, type ScreenName } from "./screens";

const WHERE: Record<Declared["id"], ScreenName> = { unit: "office", services: "services", accounts: "ledgers", relations: "relations", members: "members" };

export function CheckPart({ office, server, choices }: PartProps) {
  const label = (code: string) => choices.services.find((service) => service.code === code)?.label ?? code;
  return (
    <div class="stack">
      <p class="note note-info"><Icon name="info" /><span class="grow">{server.stage === "draft" ? words.firstPass : words.secondPass}</span></p>
      {declaredOf(server, label).map((group) => (
        <Card key={group.id} title={group.title} aside={<EditLink href={office.home + searchOf({ screen: screenNamed(WHERE[group.id]), row: 0 })} name={group.title} />}>
          <DeclaredBlocks group={group} />
        </Card>
      ))}
    </div>
  );
}

function EditLink({ href, name }: { href: string; name: string }) {
  return (
    <a class="button button-quiet card-edit" href={href} aria-label={say(dossier.editGroup, { nhóm: name })}>
      <Icon name="edit" />
      <span>{dossier.edit}</span>
    </a>
  );
}

function DeclaredBlocks({ group }: { group: Declared }) {
  return (
    <div class="declared-blocks">
      {group.blocks.map((block, at) => (
        <div key={block.title + at} class="declared-block">
          {block.title && <h3 class="declared-title">{block.title}</h3>}
          {block.facts.filter(({ label }) => label === "").map((fact, index) => <p key={index} class="muted"><Lines {...fact} /></p>)}
          {block.facts.some(({ label }) => label) && <Facts facts={block.facts.filter(({ label }) => label).map((fact) => ({ label: fact.label, value: <Lines {...fact} /> }))} />}
        </div>
      ))}
    </div>
  );
}

function Lines({ lines, figures }: Pick<DeclaredFact, "lines" | "figures">) {
  return <>{lines.map((line) => <span key={line} class={figures ? "declared-line figures" : "declared-line"}>{line}</span>)}</>;
}

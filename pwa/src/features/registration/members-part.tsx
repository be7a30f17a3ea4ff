/** Step 3, the list: who belongs to the unit, in which role, with which certificate. */
import { serverNow } from "../../api/client";
import { StatusBadge } from "../../ui/badge";
import { Checkbox } from "../../ui/field";
import { day } from "../../ui/format";
import { Icon } from "../../ui/icons";
import { say } from "../../words/say";
import { members as words } from "../../words/vi/registering-members";
import { registration } from "../../words/vi/registration";
import type { PartProps } from "./part";
import { MOST, signs, signsAlone, type Member, type Permission, type Registration } from "./parts";
import { Rows } from "./rows";
import { fieldId, screenNamed } from "./screens";

export type Certificate = NonNullable<Registration["content"]["members"][number]["certificate"]>;

export function MembersPart({ draft, server, change, goTo, said }: PartProps) {
  return (
    <div class="stack">
      <RuleBar members={draft.members} alone={signsAlone(draft.unit)} />
      <Rows
        id={fieldId("members")}
        icon="person"
        rows={draft.members.map((member, at) => ({
          key: member.key,
          title: nameOf(member, at),
          lines: [titleOf(member), ...(member.project_code ? [say(words.projectIs, { mã: member.project_code })] : [])],
          badge: <CertificateBadge member={member} certificate={certificateOf(server, member)} />,
          wrong: said(`members.${at}`) !== undefined,
        }))}
        empty={words.empty}
        add={words.add}
        most={MOST.members}
        error={said("members")}
        onAdd={() => {
          change({ do: "add", table: "members" });
          goTo({ screen: screenNamed("person"), row: draft.members.length });
        }}
        onOpen={(row) => goTo({ screen: screenNamed("person"), row })}
        onRemove={(at) => change({ do: "remove", table: "members", at })}
      />
      {!signsAlone(draft.unit) && <Checkbox label={words.single} hint={words.singleHint} checked={draft.unit.single_accountant_unit} onChecked={(single) => change({ do: "unit", values: { single_accountant_unit: single } })} />}
    </div>
  );
}

/** Whom a unit needs at least, ticked off as they are added. */
const NEEDED: readonly Permission[] = ["accountant", "chief_accountant", "account_holder"];

function RuleBar({ members, alone }: { members: readonly Member[]; alone: boolean }) {
  const has = (title: Permission) => members.some(({ permissions }) => permissions.includes(title));
  return (
    <div class="rule-bar">
      <p>{alone ? words.ruleOfOne : words.rule}</p>
      <ul class="rule-list">
        {NEEDED.filter((title) => !alone || title !== "chief_accountant").map((title) => (
          <li key={title} class={has(title) ? "rule-met" : undefined}>
            <Icon name={has(title) ? "check-circle" : "clock"} />
            {registration.titles[title]}<span class="visually-hidden">: {has(title) ? words.met : words.unmet}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

export function nameOf(member: Pick<Member, "full_name">, at: number): string {
  return member.full_name.trim() || say(words.noName, { thứ: at + 1 });
}

export function titleOf({ service_title, permissions }: Pick<Member, "service_title" | "permissions">): string {
  const [first] = permissions;
  const title = service_title ?? first;
  return title ? registration.titles[title] : words.noTitle;
}

/** The certificate stands at the server; a person not saved yet has none. */
export function certificateOf(server: Registration, member: Member): Certificate | undefined {
  return (member.id && server.content.members.find(({ id }) => id === member.id)?.certificate) || undefined;
}

const ENDING_MS = 30 * 86_400_000;

function CertificateBadge({ member, certificate }: { member: Member; certificate: Certificate | undefined }) {
  if (!signs(member)) return null;
  if (!certificate) return <StatusBadge tone="wait">{words.certificateNone}</StatusBadge>;
  const left = Date.parse(certificate.valid_to) - serverNow();
  const until = { ngày: day(certificate.valid_to) };
  if (left <= 0) return <StatusBadge tone="danger">{say(words.certificateOver, until)}</StatusBadge>;
  if (left < ENDING_MS) return <StatusBadge tone="warning">{say(words.certificateEnding, until)}</StatusBadge>;
  return <StatusBadge tone="good">{say(words.certificateValid, until)}</StatusBadge>;
}

/** What a unit declared, as headed groups of labels and values, in the order of the wizard's steps. */
import type { components } from "../api/schema";
import { day } from "../ui/format";
import { say } from "../words/say";
import { registration } from "../words/vi/registration";

type Registration = components["schemas"]["Registration"];
type Content = Registration["content"];
type Member = Content["members"][number];
type Permission = Member["permissions"][number];

export interface DeclaredFact {
  label: string;
  /** One line each. */
  lines: readonly string[];
  figures?: boolean;
}

export interface Declared {
  id: "unit" | "services" | "accounts" | "relations" | "members";
  title: string;
  /** A member, an account; the unit is one block without a title. */
  blocks: readonly { title: string; facts: readonly DeclaredFact[] }[];
}

const { groups, labels } = registration;
/** What the server writes where no program is named. */
const NO_PROGRAM = "00000";

/** `serviceLabel` names a ticked service; identity numbers are shown whole, the Treasury compares them with the papers. */
export function declaredOf({ content, treasury }: Pick<Registration, "content" | "treasury">, serviceLabel: (code: string) => string): Declared[] {
  const { services, accounts, relations, members } = content;
  const all: Declared[] = [
    { id: "unit", title: groups.unit, blocks: [{ title: "", facts: unitFacts(content, treasury) }] },
    { id: "services", title: groups.services, blocks: services.map((code) => ({ title: serviceLabel(code), facts: [] })) },
    { id: "accounts", title: say(groups.accounts, { n: accounts.length }), blocks: accounts.map(accountBlock) },
    { id: "relations", title: say(groups.relations, { n: relations.length }), blocks: relations.map((one) => ({ title: one.relation_or_project_code, facts: [fact("", one.name)].flat() })) },
    { id: "members", title: say(groups.members, { n: members.length }), blocks: members.map(memberBlock) },
  ];
  return all.filter(({ blocks }) => blocks.length > 0);
}

function fact(label: string, value: string | readonly string[] | null | undefined | false, figures = false): DeclaredFact[] {
  const lines = (typeof value === "string" ? [value] : value || []).filter((line) => line !== "");
  return lines.length === 0 ? [] : [{ label, lines, ...(figures && { figures }) }];
}

function unitFacts({ unit }: Content, treasury: Registration["treasury"]): DeclaredFact[] {
  return [
    fact(labels.unitName, unit.unit_name),
    fact(labels.unitKind, registration.unitKinds[unit.unit_kind]),
    fact(labels.superiorBody, unit.superior_body),
    fact(labels.relationCode, unit.budget_relation_code, true),
    fact(labels.treasury, treasury ? `${treasury.code} ${treasury.name}` : unit.treasury_code),
    fact(labels.address, unit.address),
    fact(labels.phone, unit.phone, true),
    fact(labels.email, unit.email),
    fact(labels.fax, unit.fax, true),
    fact(labels.singleAccountant, unit.single_accountant_unit && registration.yes),
  ].flat();
}

function accountBlock(account: Content["accounts"][number]): Declared["blocks"][number] {
  return { title: numbered(account), facts: fact("", [account.account_name, period(account.valid_from, account.valid_to)]) };
}

function numbered({ account_number: number, program_code: program }: { account_number: string; program_code: string }): string {
  return program && program !== NO_PROGRAM ? `${number} · ${say(labels.program, { mã: program })}` : number;
}

/** Blank beginnings are the day of approval, blank ends are open. */
export function period(from: string | null, to: string | null): string {
  if (from && to) return say(registration.fromTo, { từ: day(from), đến: day(to) });
  if (from) return say(registration.from, { ngày: day(from) });
  if (to) return say(registration.to, { ngày: day(to) });
  return registration.approvalDay;
}

function memberBlock(member: Member): Declared["blocks"][number] {
  const signs = member.permissions.some((one) => one !== "accountant");
  const issued = member.id_issue_date ? say(labels.issued, { ngày: day(member.id_issue_date), nơi: member.id_issue_place }) : "";
  return {
    title: member.full_name,
    facts: [
      fact(labels.title, member.service_title && registration.titles[member.service_title]),
      fact(labels.permissions, member.permissions.map(titled).join(", ")),
      fact(labels.identity, [member.id_number, issued], true),
      fact(labels.mobile, member.mobile_phone, true),
      fact(labels.email, member.email),
      fact(labels.project, member.project_code, true),
      fact(labels.form, signs && member.signing_form && registration.forms[member.signing_form]),
      fact(labels.certificate, signs && certificateLines(member)),
      fact(labels.accounts, member.grants.map((grant) => `${numbered(grant)} · ${period(grant.start_date, grant.end_date)}`), true),
    ].flat(),
  };
}

function titled(permission: Permission): string {
  return registration.titles[permission];
}

function certificateLines({ certificate }: Member): readonly string[] {
  if (!certificate) return [registration.noCertificate];
  const { subject_name, serial_number, issuer_name, valid_to, mismatch } = certificate;
  return [
    say(registration.certificateLine, { "chủ thể": subject_name, "sê ri": serial_number.slice(-6) }),
    say(registration.certificateValid, { "tổ chức cấp": issuer_name, ngày: day(valid_to) }),
    ...(mismatch ? [say(registration.certificateDiffers, { câu: mismatch })] : []),
  ];
}

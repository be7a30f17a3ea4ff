/** Step 3, one person: who it is, how they are reached, what they may do, and what they sign with. */
import { useState } from "preact/hooks";
import { Button } from "../../ui/button";
import { Facts } from "../../ui/card";
import { CheckCards } from "../../ui/check-cards";
import { Checkbox, RadioCards, Select } from "../../ui/field";
import { day } from "../../ui/format";
import { Icon } from "../../ui/icons";
import { say } from "../../words/say";
import { members as words } from "../../words/vi/registering-members";
import { CertificatePart } from "./certificate-part";
import { Differs } from "./certificate-sheet";
import { certificateOf, type Certificate } from "./members-part";
import { DayAsked, TextAsked, type PartProps } from "./part";
import { formsInUse, isOfChief, PERMISSIONS, signs, signsAlone, titlesOf, type Member, type SigningForm } from "./parts";
import { fieldId } from "./screens";

interface Row {
  member: Member;
  path: (name: keyof Member | "certificate") => string;
  set: (values: Partial<Member>) => void;
}

function rowOf({ draft, row, change }: PartProps): Row | undefined {
  const member = draft.members[row];
  return member && { member, path: (name) => `members.${row}.${name}`, set: (values) => change({ do: "member", at: row, values }) };
}

export function PersonPart(props: PartProps) {
  const one = rowOf(props);
  if (!one) return null;
  const { member, path, set } = one;
  const { said } = props;
  return (
    <div class="wizard-pair">
      <TextAsked path={path("full_name")} said={said} label={words.fullName} autocapitalize="words" spellcheck={false} maxLength={100} value={member.full_name} onValue={(full_name) => set({ full_name })} />
      <TextAsked path={path("id_number")} said={said} label={words.idNumber} autocapitalize="characters" spellcheck={false} maxLength={20} value={member.id_number} onValue={(id_number) => set({ id_number })} />
      <DayAsked path={path("id_issue_date")} said={said} label={words.idDate} value={member.id_issue_date} onValue={(id_issue_date) => set({ id_issue_date })} />
      <TextAsked path={path("id_issue_place")} said={said} label={words.idPlace} maxLength={150} value={member.id_issue_place} onValue={(id_issue_place) => set({ id_issue_place })} />
    </div>
  );
}

/** What the unit has said already need not be typed again; a tick fills it in. */
export function ReachPart(props: PartProps) {
  const one = rowOf(props);
  if (!one) return null;
  const { member, path, set } = one;
  const { said, draft: { unit } } = props;
  return (
    <div class="wizard-pair">
      <div class="stack-tight">
        <TextAsked path={path("email")} said={said} label={words.email} hint={words.emailHint} type="email" inputMode="email" autocapitalize="none" spellcheck={false} maxLength={254} value={member.email} onValue={(email) => set({ email })} />
        {unit.email && <Checkbox label={words.sameEmail} hint={unit.email} checked={member.email === unit.email} onChecked={(same) => set({ email: same ? unit.email : "" })} />}
      </div>
      <div class="stack-tight">
        <TextAsked path={path("mobile_phone")} said={said} label={words.mobile} hint={words.mobileHint} type="tel" inputMode="tel" maxLength={20} value={member.mobile_phone} onValue={(mobile_phone) => set({ mobile_phone })} />
        {unit.phone && <Checkbox label={words.samePhone} hint={unit.phone} checked={member.mobile_phone === unit.phone} onChecked={(same) => set({ mobile_phone: same ? unit.phone : "" })} />}
      </div>
    </div>
  );
}

export function RolePart(props: PartProps) {
  const one = rowOf(props);
  if (!one) return null;
  const { member, path, set } = one;
  const { said, draft } = props;
  const titles = titlesOf(member.permissions);
  const projects = draft.relations.filter(({ relation_or_project_code: code }) => code && code !== draft.unit.budget_relation_code);
  return (
    <div class="stack">
      <CheckCards
        id={fieldId(path("permissions"))}
        legend={words.permissions}
        choices={PERMISSIONS.filter((title) => member.permissions.includes(title) || !(signsAlone(draft.unit) && isOfChief(title))).map((title) => ({ value: title, title: words.titles[title], sub: words.titleHints[title] }))}
        on={member.permissions}
        error={said(path("permissions"))}
        onChange={(permissions) => set({ permissions })}
      />
      {(titles.length > 1 || said(path("service_title"))) && (
        <Select
          id={fieldId(path("service_title"))}
          label={words.title}
          hint={member.permissions.includes("chief_accountant") ? words.titleHint : undefined}
          error={said(path("service_title"))}
          options={[...(member.service_title ? [] : [{ value: "", label: words.chooseTitle }]), ...titles.map((title) => ({ value: title, label: words.titles[title] }))]}
          value={member.service_title ?? ""}
          onValue={(value) => set({ service_title: titles.find((title) => title === value) ?? null })}
        />
      )}
      {(projects.length > 0 || member.project_code) && (
        <Select
          id={fieldId(path("project_code"))}
          label={words.project}
          error={said(path("project_code"))}
          options={[{ value: "", label: words.noProject }, ...projects.map(({ relation_or_project_code: code, name }) => ({ value: code, label: `${code} – ${name}` }))]}
          value={member.project_code}
          onValue={(project_code) => set({ project_code })}
        />
      )}
    </div>
  );
}

const FORMS: readonly SigningForm[] = ["remote", "usb_token"];

export function SigningPart(props: PartProps) {
  const one = rowOf(props);
  const [switched, setSwitched] = useState<SigningForm>();
  if (!one || !signs(one.member)) return null;
  const { member, path, set } = one;
  const { said, server, draft, change } = props;
  const others = formsInUse(draft.members.filter((other) => other !== member)).filter((form) => form !== member.signing_form);
  const [other] = others;
  const certificate = certificateOf(server, member);
  const switchAll = (form: SigningForm) => {
    change({ do: "switch-all", form });
    setSwitched(form);
  };
  return (
    <div class="stack">
      <RadioCards
        id={fieldId(path("signing_form"))}
        legend={words.form}
        choices={FORMS.map((form) => ({ value: form, title: words.forms[form], sub: words.formHints[form], icon: form === "remote" ? ("phone" as const) : ("shield" as const) }))}
        value={member.signing_form ?? undefined}
        error={said(path("signing_form"))}
        onValue={(signing_form) => set({ signing_form })}
      />
      {member.signing_form && other && (
        <div class="note note-warning" role="alert">
          <Icon name="alert" />
          <span class="grow">{say(words.otherForm, { "hình thức": words.formsShort[other] })}</span>
        </div>
      )}
      {member.signing_form && other && <Button kind="outline" icon="refresh" onClick={() => switchAll(member.signing_form ?? other)}>{say(words.switchAll, { "hình thức": words.formsShort[member.signing_form] })}</Button>}
      {switched && !other && <p class="note note-good" role="status"><Icon name="check-circle" /><span class="grow">{say(words.switched, { "hình thức": words.formsShort[switched] })}</span></p>}
      <section class="stack-tight" id={fieldId(path("certificate"))} tabIndex={-1} aria-label={words.certificate}>
        {certificate ? <CertificateFacts certificate={certificate} /> : !member.signing_form && <p class="muted">{words.chooseFirst}</p>}
        <CertificatePart {...props} member={member} has={certificate !== undefined} />
        {said(path("certificate")) && <p class="field-error"><Icon name="error" />{said(path("certificate"))}</p>}
      </section>
    </div>
  );
}

export function CertificateFacts({ certificate }: { certificate: Certificate }) {
  return (
    <>
      <div class="certificate">
        <Facts
          facts={[
            { label: words.serial, value: <span class="figures">{certificate.serial_number}</span>, strong: true },
            { label: words.certificateName, value: certificate.subject_name },
            { label: words.certificateIssuer, value: certificate.issuer_name },
            { label: words.certificateFrom, value: day(certificate.valid_from) },
            { label: words.certificateTo, value: day(certificate.valid_to) },
          ]}
        />
      </div>
      <Differs mismatch={certificate.mismatch} />
    </>
  );
}

/** Step 1: which unit, at which Treasury office, how it is reached, what it subscribes to. */
import { useState } from "preact/hooks";
import { CheckCards } from "../../ui/check-cards";
import { Select } from "../../ui/field";
import { say } from "../../words/say";
import { dossier } from "../../words/vi/dossier";
import { registering as words } from "../../words/vi/registering";
import { registration } from "../../words/vi/registration";
import { findOffices, useName, type Office } from "../dossier-form/directory";
import { PickedField } from "../dossier-form/picked-field";
import { SearchSheet } from "../dossier-form/search-sheet";
import { DigitsAsked, TextAsked, type PartProps } from "./part";
import { signsAlone, type Unit } from "./parts";
import { fieldId } from "./screens";

type Kind = Unit["unit_kind"];
const KINDS = Object.entries(registration.unitKinds).map(([value, label]) => ({ value: value as Kind, label }));

export function OfficePart({ draft: { unit }, said, change }: PartProps) {
  const [open, setOpen] = useState(false);
  const name = useName("office", unit.treasury_code);
  const pick = (office: Office) => {
    change({ do: "unit", values: { treasury_code: office.code } });
    setOpen(false);
  };
  return (
    <div class="stack">
      <p class="muted small">{words.required}</p>
      <PickedField
        id={fieldId("unit.treasury_code")}
        label={words.office}
        icon="intake"
        value={unit.treasury_code && (name ?? unit.treasury_code)}
        sub={unit.treasury_code && say(dossier.codeOf, { mã: unit.treasury_code })}
        choose={words.chooseOffice}
        error={said("unit.treasury_code")}
        onOpen={() => setOpen(true)}
      />
      <div class="wizard-pair">
        <DigitsAsked path="unit.budget_relation_code" said={said} label={words.relationCode} hint={words.sevenDigits} maxLength={7} value={unit.budget_relation_code} onValue={(value) => change({ do: "unit", values: { budget_relation_code: value } })} />
        <TextAsked path="unit.unit_name" said={said} label={words.unitName} autocomplete="organization" maxLength={255} value={unit.unit_name} onValue={(value) => change({ do: "unit", values: { unit_name: value } })} />
        <Select
          id={fieldId("unit.unit_kind")}
          label={words.unitKind}
          hint={signsAlone(unit) ? words.unitKindAlone : undefined}
          error={said("unit.unit_kind")}
          options={KINDS}
          value={unit.unit_kind}
          onValue={(value) => change({ do: "unit", values: { unit_kind: KINDS.find((kind) => kind.value === value)?.value ?? "budget_unit" } })}
        />
        <TextAsked path="unit.superior_body" said={said} label={words.superiorBody} hint={words.superiorBodyHint} maxLength={255} value={unit.superior_body} onValue={(value) => change({ do: "unit", values: { superior_body: value } })} />
      </div>
      {open && (
        <SearchSheet
          title={words.chooseOffice}
          label={words.officeSearch}
          icon="intake"
          find={findOffices}
          show={(office) => ({ key: office.code, title: office.name, figures: say(dossier.codeOf, { mã: office.code }) })}
          onPick={pick}
          onClose={() => setOpen(false)}
        />
      )}
    </div>
  );
}

export function ContactPart({ draft: { unit }, said, change }: PartProps) {
  return (
    <div class="wizard-pair">
      <TextAsked path="unit.phone" said={said} label={words.phone} type="tel" inputMode="tel" autocomplete="tel" maxLength={20} value={unit.phone} onValue={(value) => change({ do: "unit", values: { phone: value } })} />
      <TextAsked path="unit.email" said={said} label={words.email} hint={words.emailHint} type="email" inputMode="email" autocomplete="email" autocapitalize="none" spellcheck={false} maxLength={254} value={unit.email} onValue={(value) => change({ do: "unit", values: { email: value } })} />
      <TextAsked path="unit.fax" said={said} label={words.fax} type="tel" inputMode="tel" maxLength={20} value={unit.fax} onValue={(value) => change({ do: "unit", values: { fax: value } })} />
      <TextAsked path="unit.address" said={said} label={words.address} autocomplete="street-address" maxLength={255} value={unit.address} onValue={(value) => change({ do: "unit", values: { address: value } })} />
    </div>
  );
}

/** What belongs to the kinds of service: the group of which one must be ticked, and what stands on one of that group. */
export function ServicesPart({ draft: { services }, choices, said, change }: PartProps) {
  const kinds = choices.services.filter(({ at_least_one, needs }) => at_least_one || needs);
  const uses = choices.services.filter((service) => !kinds.includes(service));
  const choicesOf = (some: typeof kinds) => some.filter(({ needs }) => !needs || services.includes(needs)).map(({ code, label }) => ({ value: code, title: label }));
  /** With a service go those that stand on it. */
  const set = (on: string[]) => change({ do: "services", services: choices.services.filter(({ code, needs }) => on.includes(code) && (!needs || on.includes(needs))).map(({ code }) => code) });
  return (
    <div class="stack">
      <CheckCards legend={words.useGroup} choices={choicesOf(uses)} on={services} onChange={set} />
      <CheckCards id={fieldId("services")} legend={words.kindGroup} choices={choicesOf(kinds)} on={services} onChange={set} error={said("services")} />
    </div>
  );
}

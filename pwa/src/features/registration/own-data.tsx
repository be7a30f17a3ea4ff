/** `/dang-ky/cua-toi#…`: a person looks at what the unit declares of them, and whom to call when it is wrong. */
import { useState } from "preact/hooks";
import { useLoaded } from "../../api/use-loaded";
import { ButtonLink } from "../../ui/button";
import { Card, Facts } from "../../ui/card";
import { day } from "../../ui/format";
import { Icon } from "../../ui/icons";
import { Skeleton } from "../../ui/skeleton";
import { ErrorState } from "../../ui/states";
import { TopBar } from "../../ui/top-bar";
import { period } from "../../registration/declared";
import { say } from "../../words/say";
import { own as words } from "../../words/vi/registering-own";
import { openMine } from "./api";
import { takeSecret } from "./continue";

type Mine = Awaited<ReturnType<typeof openMine>>;

export function OwnData() {
  const [secret] = useState(takeSecret);
  const { state, reload } = useLoaded(() => openMine(secret), "mine");
  return (
    <>
      <TopBar title={words.title} />
      {state.at === "loading" && <div class="content"><Skeleton shapes={["line", "card", "card"]} /></div>}
      {state.at === "failed" && <ErrorState happened={state.problem.isOffline ? words.offline : words.dead} onRetry={state.problem.isOffline ? () => void reload() : undefined} />}
      {state.at === "ready" && <Declared mine={state.value} />}
    </>
  );
}

function Declared({ mine }: { mine: Mine }) {
  const { certificate } = mine;
  return (
    <div class="content">
      <p class="note note-info"><Icon name="info" /><span class="grow">{say(words.lead, { "đơn vị": mine.unit_name })}</span></p>
      <Card title={mine.full_name}>
        <Facts
          facts={known([
            [words.title_, mine.title_label],
            [words.permissions, mine.permission_labels.join(", ")],
            [words.idNumber, mine.id_number_masked],
            [words.idDate, mine.id_issue_date && day(mine.id_issue_date)],
            [words.idPlace, mine.id_issue_place],
            [words.email, mine.email],
            [words.mobile, mine.mobile_phone],
            [words.form, mine.signing_form_label],
            [words.certificate, certificate && `${certificate.subject_name}${certificate.provider_name ? ` · ${certificate.provider_name}` : ""}`],
            [words.validTo, certificate && day(certificate.valid_to)],
          ])}
        />
      </Card>
      {mine.grants.length > 0 && (
        <Card title={words.accounts}>
          <ul class="account-list">
            {mine.grants.map((grant) => <li key={grant.account_number}><span class="figures account-number">{grant.account_number}</span><span class="muted small">{period(grant.start_date, grant.end_date)}</span></li>)}
          </ul>
        </Card>
      )}
      <Card title={words.dossier}>
        <Facts facts={known([[words.code, mine.code], [words.stage, mine.stage_label], [words.unit, mine.unit_name], [words.treasury, mine.treasury_name]])} />
      </Card>
      <p class="muted">{words.wrong}</p>
      {mine.unit_phone && <ButtonLink kind="outline" icon="phone" href={`tel:${mine.unit_phone}`}>{say(words.call, { số: mine.unit_phone })}</ButtonLink>}
    </div>
  );
}

function known(facts: readonly (readonly [label: string, value: string | null | undefined])[]) {
  return facts.flatMap(([label, value]) => (value ? [{ label, value }] : []));
}

/**
 * U20: one registration, or one change, at the Treasury: what was declared, the signed files, what our check says of the
 * signatures, the check list, and who decided what.
 *
 * Does not: decide who may do what (the server's `actions` do) or keep anything on the device.
 */
import { useState } from "preact/hooks";
import { serverNow } from "../../api/client";
import { Difference } from "../../registration/difference";
import type { ScreenProps } from "../../screens";
import { usePerson } from "../../session/person";
import { StatusBadge, type Tone } from "../../ui/badge";
import { ButtonLink } from "../../ui/button";
import { Card } from "../../ui/card";
import { clockTime, day, dayAndTime } from "../../ui/format";
import { Icon } from "../../ui/icons";
import { NotOpened } from "../../ui/not-opened";
import { Timeline } from "../../ui/progress";
import { Skeleton } from "../../ui/skeleton";
import { TopBar } from "../../ui/top-bar";
import { say } from "../../words/say";
import { treasuryRegistrations as words } from "../../words/vi/treasury-registrations";
import { Actions } from "./actions";
import { CertificateNotes, CheckCard } from "./check-card";
import { DeclaredCards } from "./declared-cards";
import { dueOf } from "./due";
import { KeysButton } from "./keys-sheet";
import { worst, type Move } from "./moves";
import { Pages } from "./pages";
import { SignaturePanel } from "./signature-panel";
import type { DeskRegistration, Registration } from "./types";
import { VerdictBadge } from "./verdict";
import { useRegistration, type Held, type RegistrationControl } from "./use-registration";

const LISTS = { new: "/tiep-nhan?muc=dang-ky", change: "/tiep-nhan?muc=thay-doi" } as const;

export function Screen({ params }: ScreenProps) {
  const control = useRegistration(params["id"] ?? "");
  const { held } = control;
  switch (held.at) {
    case "loading":
      return <><TopBar title={words.screen.any} back={LISTS.new} /><div class="content"><Skeleton shapes={["line", "card", "page"]} /></div></>;
    case "failed":
      return <><TopBar title={words.screen.any} back={LISTS.new} /><NotOpened problem={held.problem} lost={words.loadFailed} denied={words.denied} missing={words.missing} out={{ href: LISTS.new, label: words.toList }} onRetry={control.reload} /></>;
    case "ready":
      return <Ready held={held} control={control} />;
    default:
      return held satisfies never;
  }
}

function Ready({ held, control }: { held: Extract<Held, { at: "ready" }>; control: RegistrationControl }) {
  const [done, setDone] = useState<{ move: Move; version: number }>();
  const { desk } = held;
  const { registration } = desk;
  const back = LISTS[registration.kind];
  return (
    <>
      <TopBar
        title={words.screen[registration.kind]}
        back={back}
        sub={held.problem ? say(words.stale, { giờ: clockTime(held.loadedAt) }) : say(words.code, { mã: registration.code ?? "" })}
        actions={<KeysButton />}
      />
      <Head desk={desk} />
      <div class="content review">
        {done?.version === registration.version && <Outcome move={done.move} desk={desk} back={back} />}
        <HeldBy desk={desk} />
        {registration.kind === "change" && <Card title={words.difference}>{desk.difference.length > 0 ? <Difference rows={desk.difference} /> : <p class="muted">{words.noDifference}</p>}</Card>}
        <div class="review-split">
          <div class="review-facts stack">
            <DeclaredCards registration={registration} />
          </div>
          <div class="review-pages stack">
            <SignaturePanel signatures={desk.signatures} />
            {desk.check_list.length > 0 && <CheckCard key={registration.id} desk={desk} mayTick={desk.actions.includes("propose") || desk.actions.includes("return")} onSaved={control.replace} />}
            <Pages registration={registration} />
          </div>
          <div class="review-log"><Log registration={registration} /></div>
        </div>
      </div>
      <Actions
        desk={desk}
        onDone={(after, move) => {
          setDone({ move, version: after.registration.version });
          control.replace(after);
          document.querySelector("[data-active-pane]")?.scrollTo(0, 0);
        }}
        onStale={control.reload}
      />
    </>
  );
}

const STAGE_TONE: Partial<Record<Registration["stage"], Tone>> = { submitted: "info", under_review: "wait", checked: "wait", returned: "warning", approved: "good", rejected: "danger", cancelled: "neutral" };

/** Stays in sight while the rest scrolls: whose it is, where it stands, until when. */
function Head({ desk: { registration, signatures } }: { desk: DeskRegistration }) {
  const { unit } = registration.content;
  const waits = registration.stage === "submitted" || registration.stage === "under_review" || registration.stage === "checked";
  const due = waits && registration.due_at ? dueOf({ due_at: registration.due_at, late: false }, serverNow()) : undefined;
  const verdict = worst(signatures);
  return (
    <section class="review-head">
      <div class="review-head-inner desk-head">
        <p class="desk-unit">{unit.unit_name}</p>
        <p class="small figures">{say(words.relation, { mã: unit.budget_relation_code })}</p>
        <p class="desk-badges">
          <StatusBadge tone={STAGE_TONE[registration.stage] ?? "neutral"}>{registration.stage_label}</StatusBadge>
          {verdict && <VerdictBadge verdict={verdict.verdict} label={verdict.verdict_label} />}
          {due && <StatusBadge tone={due.tone} icon="clock">{due.sentence}</StatusBadge>}
        </p>
      </div>
    </section>
  );
}

function HeldBy({ desk: { officer_name: name, held_since: since, registration } }: { desk: DeskRegistration }) {
  const me = usePerson().full_name;
  if (!name || !since) return null;
  if (registration.stage === "checked") return <p class="note note-info desk-held"><Icon name="person" /><span>{say(words.proposed, { tên: name })}</span></p>;
  const at = day(since) === day(serverNow()) ? clockTime(since) : dayAndTime(since);
  return <p class="note note-info desk-held" role="status"><Icon name="person" /><span>{name === me ? say(words.heldByYou, { giờ: at }) : say(words.held, { tên: name, giờ: at })}</span></p>;
}

function Outcome({ move, desk, back }: { move: Move; desk: DeskRegistration; back: string }) {
  return (
    <>
      <Card tone="good">
        <div class="outcome" role="status">
          <Icon name="check-circle" />
          <p class="grow">{words.done[move]}</p>
          <ButtonLink kind="outline" href={back}>{words.toList}</ButtonLink>
        </div>
      </Card>
      {move === "approve" && <CertificateNotes desk={desk} />}
    </>
  );
}

function Log({ registration }: { registration: Registration }) {
  return (
    <Card title={words.log}>
      <Timeline
        entries={registration.log.map((entry) => ({
          id: String(entry.seq),
          at: dayAndTime(entry.at),
          text: <><strong>{entry.stage_label}</strong>{entry.note && <span class="log-note">{entry.note}</span>}<span class="log-actor">{entry.actor_name}</span></>,
        }))}
      />
    </Card>
  );
}

/**
 * U4: a dossier, read before deciding; the same screen read-only for history, and with the judgement of its signatures for
 * the Treasury.
 *
 * Does not: decide who may do what (the server's `actions` do), sign (features/signing), or keep anything on the device.
 */
import { useState } from "preact/hooks";
import { useOnline } from "../../api/use-online";
import type { Dossier, DossierDocument } from "../../dossier/types";
import { toneOf } from "../../dossier/tone";
import type { ScreenProps } from "../../screens";
import { deskOf, homeOf } from "../../session/roles";
import { usePerson } from "../../session/person";
import { AfterPaint } from "../../ui/after-paint";
import { Amount } from "../../ui/amount";
import { Button, ButtonLink } from "../../ui/button";
import { StatusBadge } from "../../ui/badge";
import { Card } from "../../ui/card";
import { clockTime } from "../../ui/format";
import { Icon } from "../../ui/icons";
import { NotOpened } from "../../ui/not-opened";
import { Skeleton } from "../../ui/skeleton";
import { TopBar } from "../../ui/top-bar";
import { say } from "../../words/say";
import { review as words } from "../../words/vi/review";
import { states } from "../../words/vi/states";
import { Actions, type Done } from "./actions";
import { seenAll } from "./bar";
import { Documents, type Seen } from "./documents";
import { Log } from "./log";
import { Receipt } from "./receipt";
import { Signatures, useJudgements } from "./signatures";
import { useDossier, type DossierControl, type Held } from "./use-dossier";
import { VoucherFacts } from "./voucher-facts";

export function Screen({ params }: ScreenProps) {
  const control = useDossier(params["id"] ?? "");
  const home = homeOf(deskOf(usePerson().title));
  const { held } = control;
  switch (held.at) {
    case "loading":
      return <><TopBar title={words.screen} back={home} /><div class="content"><Skeleton shapes={["line", "card", "page"]} /></div></>;
    case "failed":
      return <><TopBar title={words.screen} back={home} /><NotOpened problem={held.problem} lost={words.failed} out={{ href: home, label: words.toList }} onRetry={control.reload} /></>;
    case "ready":
      return <Ready held={held} control={control} home={home} />;
    default:
      return held satisfies never;
  }
}

type ReadyHeld = Extract<Held, { at: "ready" }>;

function Ready({ held, control, home }: { held: ReadyHeld; control: DossierControl; home: string }) {
  const { dossier } = held;
  const person = usePerson();
  const online = useOnline();
  const [seen, setSeen] = useState<Readonly<Record<string, Seen>>>({});
  const [done, setDone] = useState<Done>();
  const officer = deskOf(person.title) === "officer";
  const judgements = useJudgements(dossier, officer || dossier.documents.some(({ revision }) => revision === "both_signatures" || revision === "first_signature"));
  const onSeen = (document: DossierDocument, how: Seen) => setSeen((now) => ({ ...now, [document.id]: how }));
  const sight = { me: person.id, online, newer: held.newer !== undefined, seen: seenAll(dossier, seen) };
  const toSign = dossier.actions.some(({ action, allowed }) => action === "sign" && allowed);
  return (
    <>
      <TopBar title={say(words.title, { số: dossier.voucher_no || dossier.code })} back={home} sub={held.problem ? say(states.stale, { giờ: clockTime(held.loadedAt) }) : say(words.code, { mã: dossier.code })} />
      <Head dossier={dossier} />
      <div class="content review">
        {done && <Outcome sentence={done.sentence} home={home} />}
        {held.newer && <Changed sentence={words.justChanged} action={<Button kind="outline" onClick={control.accept}>{words.seeChanges}</Button>} />}
        {held.before && !held.newer && <Changed sentence={say(words.changedAt, { giờ: clockTime(held.loadedAt) })} />}
        {dossier.changed_since_seen && !held.before && !held.newer && <Changed sentence={words.changedAgo} />}
        <Warnings dossier={dossier} />
        <div class="review-split">
          <div class="review-facts stack">
            <Receipt dossier={dossier} />
            <AfterPaint><VoucherFacts dossier={dossier} before={held.before} /></AfterPaint>
          </div>
          <div class="review-pages stack">
            <AfterPaint frames={2}>
              {officer && <Signatures dossier={dossier} judgements={judgements} />}
              <Documents dossier={dossier} toSign={toSign} onSeen={onSeen} />
              {!officer && <Signatures dossier={dossier} judgements={judgements} />}
            </AfterPaint>
          </div>
          <div class="review-log"><AfterPaint frames={2}><Log entries={dossier.log} /></AfterPaint></div>
        </div>
      </div>
      <Actions
        dossier={dossier}
        sight={sight}
        judgements={judgements.state}
        onDone={(what) => {
          setDone(what);
          control.replace(what.dossier);
          document.querySelector("[data-active-pane]")?.scrollTo(0, 0);
        }}
        onStale={control.reload}
      />
    </>
  );
}

/** Stays in sight while the rest scrolls: how much, to whom, where it stands. */
function Head({ dossier }: { dossier: Dossier }) {
  const [only, ...others] = dossier.vouchers;
  return (
    <section class="review-head">
      <div class="review-head-inner">
        <p class="review-amount"><Amount value={dossier.amount} size="hero" {...(only && others.length === 0 && { spoken: only.amount_in_words })} /></p>
        <p class="review-payee">{dossier.payee_name}</p>
        <p class="review-status"><StatusBadge tone={toneOf(dossier.status)}>{dossier.status_label}</StatusBadge></p>
      </div>
    </section>
  );
}

function Outcome({ sentence, home }: { sentence: string; home: string }) {
  return (
    <Card tone="good">
      <div class="outcome" role="status">
        <Icon name="check-circle" />
        <p class="grow">{sentence}</p>
        <ButtonLink kind="outline" href={home}>{words.toList}</ButtonLink>
      </div>
    </Card>
  );
}

function Changed({ sentence, action }: { sentence: string; action?: preact.ComponentChildren }) {
  return <div class="note note-warning changed" role="alert"><Icon name="edit" /><p class="grow">{sentence}</p>{action}</div>;
}

function Warnings({ dossier }: { dossier: Dossier }) {
  if (dossier.warnings.length === 0) return null;
  return (
    <Card title={words.warnings} tone="warning">
      <ul class="warnings">{dossier.warnings.map(({ code, sentence }) => <li key={code}><Icon name="alert" /><span>{sentence}</span></li>)}</ul>
    </Card>
  );
}

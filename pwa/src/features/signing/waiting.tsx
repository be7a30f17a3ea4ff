/**
 * U9: the request is out and the person decides in the CA's app. The code or the sentence to compare, the server's own
 * deadline, the way back and the way out. Leaving is safe; cancelling asks once.
 */
import { useEffect, useState } from "preact/hooks";
import { useOnline } from "../../api/use-online";
import { useConnection } from "../../realtime/use-events";
import { Button, ButtonLink } from "../../ui/button";
import { figures } from "../../ui/format";
import { Icon } from "../../ui/icons";
import { Steps, type Step } from "../../ui/progress";
import { Timer } from "../../ui/timer";
import { ActionBar, TopBar } from "../../ui/top-bar";
import { say } from "../../words/say";
import { money } from "../../words/vi/money";
import { waiting as words } from "../../words/vi/waiting";
import { CancelSheet, type CancelKind } from "./cancel-sheet";
import type { Signing } from "./ending";
import { VoucherLine } from "./voucher-line";

/** When the app's notification should have come long ago. */
export const HINT_AFTER_S = 45;
/** A CA that takes longer than this to accept or to hand over is slow. */
export const SLOW_AFTER_S = 15;

export type Part = "sending" | "waiting" | "checking";

export interface WaitingPageProps {
  signing: Signing;
  part: Part;
  /** The server's clock. */
  now: () => number;
  /** The last read failed. */
  lost: boolean;
  onDeadline: () => void;
  onAnswer: (signing: Signing) => void;
}

const TITLE: Record<Part, string> = { sending: words.sendingTitle, waiting: words.title, checking: words.checkingTitle };

export function WaitingPage({ signing, part, now, lost, onDeadline, onAnswer }: WaitingPageProps) {
  const [asking, setAsking] = useState<CancelKind>();
  const elapsed = useSecondsSince(Date.parse(signing.created_at), now);
  const online = useOnline();
  const slow = useSlow(part, elapsed) || signing.provider_health.state !== "ok";
  return (
    <>
      <TopBar title={TITLE[part]} back="/" sub={<Connection lost={lost || !online} />} />
      <div class="content signing">
        <div class="signing-side">
          <VoucherLine signing={signing} />
          <SignedWith signing={signing} />
        </div>
        <div class="signing-main">
          <section class="card signing-card">
            <Compare signing={signing} />
            <Countdown signing={signing} part={part} now={now} onDeadline={onDeadline} />
            <div class="steps-across"><Steps steps={stepsOf(part)} /></div>
            <p class="signing-status" role="status">{statusOf(signing, part, online, slow)}</p>
          </section>
          {part === "waiting" && elapsed >= HINT_AFTER_S && <p class="note note-quiet" role="status"><Icon name="info" /><span>{say(words.notSeen, { "tên app": signing.app_name })}</span></p>}
          <p class="muted small signing-leave">{words.mayLeave}</p>
          {part !== "checking" && <button type="button" class="link-button signing-alarm" onClick={() => setAsking("not-mine")}><Icon name="shield" />{words.notMe}</button>}
        </div>
      </div>
      {part !== "checking" && (
        <ActionBar>
          <Button kind="outline" onClick={() => setAsking("cancel")}>{words.cancel}</Button>
          {signing.deep_link && <ButtonLink icon="phone" href={signing.deep_link}>{say(words.openApp, { "tên app": signing.app_name })}</ButtonLink>}
        </ActionBar>
      )}
      {asking && <CancelSheet kind={asking} signing={signing} onAnswer={onAnswer} onClosed={() => setAsking(undefined)} />}
    </>
  );
}

/** Whole seconds by the server's clock; looks again when the phone wakes up. */
function useSecondsSince(start: number, now: () => number): number {
  const [elapsed, setElapsed] = useState(() => (now() - start) / 1000);
  useEffect(() => {
    const look = () => setElapsed(Math.floor((now() - start) / 1000));
    const timer = setInterval(look, 1_000);
    document.addEventListener("visibilitychange", look);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", look);
    };
  }, [start, now]);
  return elapsed;
}

/** True when the CA keeps us waiting where it should have answered at once. */
function useSlow(part: Part, elapsed: number): boolean {
  const [since, setSince] = useState({ part, at: part === "sending" ? 0 : elapsed });
  useEffect(() => setSince((before) => (before.part === part ? before : { part, at: elapsed })), [part, elapsed]);
  return part !== "waiting" && since.part === part && elapsed - since.at > SLOW_AFTER_S;
}

function Connection({ lost }: { lost: boolean }) {
  const connection = useConnection();
  if (connection === "starting" && !lost) return null;
  const live = connection === "live" && !lost;
  return <span class="signing-connection" role="status"><span class={live ? "dot dot-live" : "dot"} />{live ? words.live : words.reconnecting}</span>;
}

/** A code is shown only where the app shows it too: one that nobody can compare teaches people not to look. */
function Compare({ signing }: { signing: Signing }) {
  const code = signing.comparison_code;
  if (!code) {
    const amount = say(money.amount, { số: figures(signing.amount) });
    return <p class="compare-instead">{say(words.compareInstead, { "tên app": signing.app_name, "số tiền": amount, số: signing.voucher_no })}</p>;
  }
  return (
    <div class="compare">
      <h2 class="compare-title">{words.code}</h2>
      <p class="code" role="img" aria-label={say(words.codeSpoken, { "các chữ số": [...code].join(", ") })}>
        {groupsOfFour(code).map((group, index) => <span key={index} class="code-group">{group}</span>)}
      </p>
      <p class="muted small">{words.codeRule}</p>
    </div>
  );
}

export function groupsOfFour(code: string): string[] {
  return code.match(/.{1,4}/g) ?? [];
}

function Countdown({ signing, part, now, onDeadline }: Pick<WaitingPageProps, "signing" | "part" | "now" | "onDeadline">) {
  if (part !== "waiting" || signing.expires_at === null) return <div class="timer" aria-hidden="true"><span class="timer-busy" /></div>;
  const total = (Date.parse(signing.expires_at) - Date.parse(signing.created_at)) / 1000;
  return <Timer deadline={signing.expires_at} totalSeconds={total} now={now} onEnd={onDeadline} />;
}

/** `confirming`: who is waited for. */
export function stepsOf(part: Part, confirming: string = words.stepWaiting): Step[] {
  return [
    { label: part === "sending" ? words.stepSending : words.stepSent, state: part === "sending" ? "now" : "done" },
    { label: confirming, state: part === "sending" ? "ahead" : part === "waiting" ? "now" : "done" },
    { label: words.stepDone, state: part === "checking" ? "now" : "ahead" },
  ];
}

export function statusOf(signing: Signing, part: Part, online: boolean, slow: boolean): string {
  if (!online) return say(words.offline, { "tên app": signing.app_name });
  if (slow) return say(words.providerSlow, { "Nhà cung cấp": signing.provider_name });
  switch (part) {
    case "sending":
      return words.sending;
    case "checking":
      return words.checking;
    case "waiting":
      return say(signing.deep_link ? words.openAndConfirm : words.openYourself, { "tên app": signing.app_name });
    default:
      return part satisfies never;
  }
}

/** On wide screens beside the code: what signs, and where the dossier goes then. */
function SignedWith({ signing }: { signing: Signing }) {
  const next = signing.next_approver;
  return (
    <dl class="card signing-with confirm-facts">
      <div><dt>{words.signWith}</dt><dd><strong>{signing.provider_name}</strong><br />{signing.certificate.subject} <span class="figures">…{signing.certificate.serial_tail}</span></dd></div>
      <div><dt>{next ? words.next : words.sentTo}</dt><dd><strong>{next ? next.full_name : signing.treasury.name}</strong>{next && <><br />{next.title_label}</>}</dd></div>
    </dl>
  );
}

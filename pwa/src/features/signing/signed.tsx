/**
 * U11: signed, by a settled row of the server. A page with its proof: the file, its signatures, where it is now, and the next
 * voucher one tap away.
 */
import { useEffect } from "preact/hooks";
import { read } from "../../api/client";
import { useLoaded } from "../../api/use-loaded";
import { useEvents } from "../../realtime/use-events";
import { ButtonLink } from "../../ui/button";
import { clockTime, day } from "../../ui/format";
import { Icon } from "../../ui/icons";
import { ActionBar } from "../../ui/top-bar";
import { say } from "../../words/say";
import { result } from "../../words/vi/result";
import type { SignedSigning } from "./ending";
import { NotMine, useAlarm } from "./not-mine";
import { ResultHead } from "./result-head";
import { SignedFiles } from "./signed-files";

const words = result.signed;
const HAPTIC_MS = 40;

export interface SignedPageProps {
  signing: SignedSigning;
  /** The person was waiting on this screen when it came. */
  fresh: boolean;
}

export function SignedPage({ signing, fresh }: SignedPageProps) {
  const [alarm, raise] = useAlarm(signing);
  useEffect(() => {
    if (fresh && navigator.userActivation?.hasBeenActive) navigator.vibrate?.(HAPTIC_MS);
  }, [fresh]);
  // The word joiner keeps the dots and the number on one line.
  const certificate = `${signing.certificate.subject} …\u2060${signing.certificate.serial_tail}`;
  return (
    <>
      <ResultHead tone="good" icon="check" title={words.title} signing={signing} />
      <div class="content result">
        <section class="card result-card">
          <p class="result-line"><Icon name="sign" /><span>{say(words.signedAt, { giờ: clockTime(signing.signed_at), ngày: day(signing.signed_at), "rút gọn": certificate })}</span></p>
          <Onward signing={signing} />
        </section>
        <SignedFiles signing={signing} />
        <NotMine signing={signing} raised={alarm} onRaised={raise} />
      </div>
      <NextVoucher signing={signing} />
    </>
  );
}

/** Where the dossier is now. The Treasury's receipt comes later and changes this line while somebody looks. */
function Onward({ signing }: { signing: SignedSigning }) {
  const arrived = signing.next_approver !== null || signing.receipt_no !== null;
  return (
    <p class={arrived ? "result-line result-arrived" : "result-line"} role="status">
      {arrived ? <Icon name="check-circle" /> : <span class="spinner" aria-hidden="true" />}
      <span>{onward(signing)}</span>
    </p>
  );
}

export function onward({ next_approver: next, treasury, receipt_no: receipt }: SignedSigning): string {
  if (next) return say(words.sentToPerson, { tên: next.full_name });
  return receipt ? say(words.received, { "Kho bạc": treasury.name, mã: receipt }) : say(words.sending, { "Kho bạc": treasury.name });
}

function NextVoucher({ signing }: { signing: SignedSigning }) {
  const { state, reload } = useLoaded(() => read("/api/inbox"), "inbox");
  useEvents("inbox.changed", () => void reload());
  const waiting = state.at === "ready" ? state.value.items.filter((row) => row.id !== signing.dossier_id && row.signing_id === null) : [];
  const next = waiting[0];
  const others = state.at === "ready" ? state.value.count - (state.value.items.length - waiting.length) : 0;
  return (
    <ActionBar>
      <ButtonLink class={next ? "button-fit" : ""} kind={next ? "outline" : "primary"} href="/">{words.toList}</ButtonLink>
      {next && <ButtonLink class="button-grow" href={`/chung-tu/${next.id}`}>{say(words.next, { n: others })}</ButtonLink>}
    </ActionBar>
  );
}

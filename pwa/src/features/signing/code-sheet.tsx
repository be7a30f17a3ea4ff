/**
 * The code a provider wants besides the password. It goes out with the request itself: the person has agreed to the voucher
 * one sheet before, so a right code sends it. Like the password it lives in this sheet's memory only.
 */
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { serverNow } from "../../api/client";
import { command } from "../../api/command";
import { asProblem } from "../../api/problem";
import { useOnline } from "../../api/use-online";
import { announce } from "../../ui/announce";
import { Button } from "../../ui/button";
import { Field } from "../../ui/field";
import { Icon } from "../../ui/icons";
import { Sheet } from "../../ui/sheet";
import { secondsLeft } from "../../ui/timer";
import { say } from "../../words/say";
import { confirm } from "../../words/vi/confirm";
import { secondFactor as words } from "../../words/vi/second-factor";
import type { Provider } from "./prepare";
import { refusalOf, type Asked, type Refusal } from "./refusal";
import { RefusalNote } from "./refusal-note";

const DIGITS = 6;

export interface CodeSheetProps {
  provider: Pick<Provider, "name" | "app_name">;
  asked: Asked;
  sending: boolean;
  /** What it says while the code is on its way, and below the field; of a request to sign unless said otherwise. */
  busy?: string;
  note?: string;
  /** Has the CA send its code again; as the person logged in unless said otherwise. */
  resend?: (challenge: string) => Promise<Asked>;
  refusal: Refusal | undefined;
  onCode: (code: string) => void;
  /** A new code was sent: from now on this is the question. */
  onAsked: (asked: Asked) => void;
  onRefused: (refusal: Refusal) => void;
  /** To the password again. */
  onBack: () => void;
  onClosed: () => void;
}

export function CodeSheet({ provider, asked, sending, busy, note, resend, refusal, onCode, onAsked, onRefused, onBack, onClosed }: CodeSheetProps) {
  const [code, setCode] = useState("");
  const [missing, setMissing] = useState(false);
  const formId = useId();
  const form = useRef<HTMLFormElement>(null);
  const online = useOnline();
  useEffect(() => {
    // A refused code is of no more use; one that did not arrive is.
    if (refusal && refusal.what !== "again") setCode("");
    form.current?.querySelector("input")?.focus();
  }, [refusal]);
  useEffect(() => setCode(""), [asked.challenge]);
  const go = () => {
    if (sending) return;
    setMissing(code.length < DIGITS);
    if (code.length === DIGITS) onCode(code);
    else form.current?.querySelector("input")?.focus();
  };
  return (
    <Sheet
      open
      title={words.title}
      onClose={() => sending || onClosed()}
      actions={
        <>
          <Button class="button-fit" kind="outline" disabled={sending} onClick={onBack}>{confirm.back}</Button>
          <Button class="button-grow" type="submit" form={formId} guard busy={sending && (busy ?? words.busy)} disabled={!online}>{words.continue}</Button>
        </>
      }
    >
      {refusal && <RefusalNote refusal={refusal} />}
      {!online && !refusal && <p class="note note-quiet" role="status"><Icon name="offline" /><span>{confirm.offlineNow}</span></p>}
      <form ref={form} id={formId} class="stack" autocomplete="off" onSubmit={(event) => { event.preventDefault(); go(); }}>
        <Field
          id="second-factor-code"
          label={words.label}
          hint={whereIsIt(provider, asked)}
          error={missing && code.length < DIGITS ? words.missing : undefined}
          value={code}
          onValue={(typed, input) => {
            const digits = typed.replace(/\D/g, "").slice(0, DIGITS);
            // Written at once: when only a stray sign was typed nothing changes, so nothing would be drawn again.
            input.value = digits;
            setCode(digits);
          }}
          inputMode="numeric"
          autocomplete="one-time-code"
          enterKeyHint="send"
        />
      </form>
      {asked.resend_at && <Resend asked={asked} resend={resend ?? resendToCaller} resendAt={asked.resend_at} disabled={sending || !online} onAsked={onAsked} onRefused={onRefused} />}
      <p class="confirm-note"><Icon name="phone" /><span>{note ?? say(words.notYet, { "tên app": provider.app_name })}</span></p>
    </Sheet>
  );
}

function whereIsIt({ name }: Pick<Provider, "name">, { channel, sent_to }: Asked): string {
  if (channel === "authenticator") return say(words.fromApp, { "nhà cung cấp": name });
  return sent_to ? say(words.fromMessage, { "nhà cung cấp": name, "nơi nhận": sent_to }) : say(words.fromSomeMessage, { "nhà cung cấp": name });
}

function resendToCaller(challenge: string): Promise<Asked> {
  return command("post", "/api/providers/resend-code", { body: { challenge } });
}

interface ResendProps {
  asked: Asked;
  resend: (challenge: string) => Promise<Asked>;
  resendAt: string;
  disabled: boolean;
  onAsked: (asked: Asked) => void;
  onRefused: (refusal: Refusal) => void;
}

function Resend({ asked, resend: ask, resendAt, disabled, onAsked, onRefused }: ResendProps) {
  const left = useSecondsLeft(resendAt);
  const [busy, setBusy] = useState(false);
  const resend = async () => {
    setBusy(true);
    try {
      onAsked(await ask(asked.challenge));
      announce(words.resent);
    } catch (error) {
      onRefused(refusalOf(asProblem(error)));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Button kind="quiet" icon="refresh" busy={busy && words.resending} disabled={disabled || left > 0} onClick={() => void resend()}>
      {left > 0 ? say(words.resendIn, { giây: left }) : words.resend}
    </Button>
  );
}

function useSecondsLeft(moment: string): number {
  const end = Date.parse(moment);
  const [left, setLeft] = useState(() => secondsLeft(end, serverNow()));
  useEffect(() => {
    const look = () => setLeft(secondsLeft(end, serverNow()));
    look();
    const timer = setInterval(look, 500);
    return () => clearInterval(timer);
  }, [end]);
  return left;
}

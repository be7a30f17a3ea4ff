/** The sheets of the signing flow that ask nothing: preparing, not possible, stopped. */
import type { ComponentChildren } from "preact";
import type { Problem } from "../../api/problem";
import { Button } from "../../ui/button";
import { day } from "../../ui/format";
import { Sheet } from "../../ui/sheet";
import { Skeleton } from "../../ui/skeleton";
import { ErrorState } from "../../ui/states";
import { say } from "../../words/say";
import { controls } from "../../words/vi/controls";
import { confirm as words } from "../../words/vi/confirm";
import { remoteSigning } from "../../words/vi/remote-signing";
import type { Preparation } from "./prepare";
import { RefusalNote } from "./refusal-note";
import type { Refusal } from "./refusal";

function Notice({ title = words.title, onClosed, actions, children }: { title?: string; onClosed: () => void; actions?: ComponentChildren; children: ComponentChildren }) {
  return <Sheet open title={title} onClose={onClosed} actions={<><Button class="button-fit" kind="outline" onClick={onClosed}>{words.close}</Button>{actions}</>}>{children}</Sheet>;
}

export function PreparingSheet({ onClosed }: { onClosed: () => void }) {
  return (
    <Notice onClosed={onClosed}>
      <p class="visually-hidden" role="status">{remoteSigning.preparing}</p>
      <Skeleton shapes={["line", "line", "card", "line"]} />
    </Notice>
  );
}

export function UnpreparedSheet({ problem, onRetry, onClosed }: { problem: Problem; onRetry: () => void; onClosed: () => void }) {
  return (
    <Notice onClosed={onClosed} actions={<Button icon="refresh" onClick={onRetry}>{controls.retry}</Button>}>
      <ErrorState alert signState="none_created" happened={problem.isOffline ? remoteSigning.prepareFailed : problem.title} supportCode={problem.supportCode} />
    </Notice>
  );
}

export function BlockedSheet({ why, onClosed }: { why: Exclude<Preparation, { at: "ready" }>; onClosed: () => void }) {
  const { happened, advice } = blockedWords(why);
  return <Notice onClosed={onClosed}><ErrorState alert signState="none_created" happened={happened} advice={advice} /></Notice>;
}

function blockedWords(why: Exclude<Preparation, { at: "ready" }>): { happened: string; advice?: string } {
  switch (why.at) {
    case "no-certificate":
      return { happened: remoteSigning.noCertificate, advice: remoteSigning.noCertificateAdvice };
    case "no-provider":
      return { happened: remoteSigning.noProvider, advice: remoteSigning.noCertificateAdvice };
    case "expired":
      return { happened: say(remoteSigning.expired, { ngày: day(why.on) }) };
    default:
      return why satisfies never;
  }
}

export interface StoppedSheetProps {
  refusal: Refusal;
  looking: boolean;
  onLook: () => void;
  onSeeAgain: () => void;
  onClosed: () => void;
}

export function StoppedSheet({ refusal, looking, onLook, onSeeAgain, onClosed }: StoppedSheetProps) {
  return (
    <Notice
      onClosed={onClosed}
      actions={
        <>
          {refusal.what === "unclear" && <Button busy={looking && words.looking} onClick={onLook}>{words.look}</Button>}
          {refusal.what === "changed" && <Button onClick={onSeeAgain}>{words.seeAgain}</Button>}
        </>
      }
    >
      <RefusalNote refusal={refusal} />
    </Notice>
  );
}

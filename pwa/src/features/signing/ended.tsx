/**
 * U12: a request that ended without a usable signature, or whose result nobody knows yet. One template, four tones, three
 * parts: what happened, whether anything was signed, what to do.
 */
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { read } from "../../api/client";
import { asProblem } from "../../api/problem";
import { navigate } from "../../router";
import { Button, ButtonLink } from "../../ui/button";
import { ActionBar } from "../../ui/top-bar";
import { say } from "../../words/say";
import { result as words } from "../../words/vi/result";
import { states } from "../../words/vi/states";
import type { Ending, Signing } from "./ending";
import type { SignFlowProps } from "./flow";
import { NotMine, useAlarm } from "./not-mine";
import type { Dossier } from "./prepare";
import { ResultHead } from "./result-head";
import { sawExactly } from "./seen";

export function EndedPage({ signing, ending }: { signing: Signing; ending: Ending }) {
  const [alarm, raise] = useAlarm(signing);
  return (
    <>
      <ResultHead tone={ending.tone} icon={ending.icon} title={ending.title} signing={signing} />
      <div class="content result" role="alert">
        <p class="result-opening">{ending.opening}</p>
        {(!alarm || signing.phase === "cancelled") && <p class="result-advice">{ending.advice}</p>}
        {ending.tone === "unclear" && <p class="result-checking"><span class="spinner" aria-hidden="true" />{say(words.unknown.checking, { "nhà cung cấp": signing.provider_name })}</p>}
        {ending.supportCode && <p class="support-code">{say(states.supportCode, { mã: ending.supportCode })}</p>}
        {ending.mayReturn && !alarm && <p><ButtonLink kind="quiet" icon="return" href={voucherOf(signing)}>{words.return}</ButtonLink></p>}
        <NotMine signing={signing} raised={alarm} onRaised={raise} />
      </div>
      <ActionBar>
        <ButtonLink class={ending.again && !alarm ? "button-fit" : ""} kind={ending.again && !alarm ? "outline" : "primary"} href="/">{ending.mayReturn && !alarm ? words.later : words.toList}</ButtonLink>
        {ending.again && !alarm && <Again signing={signing} label={ending.again} waitMinutes={ending.againInMinutes ?? 0} />}
      </ActionBar>
    </>
  );
}

function voucherOf(signing: Signing): string {
  return `/chung-tu/${signing.dossier_id}`;
}

type Reopening = { at: "resting" } | { at: "reading" } | { at: "open"; dossier: Dossier; SignFlow: ComponentType<SignFlowProps> } | { at: "failed"; sentence: string };

/** Signs again over the same bytes; if they are others now, or nobody knows which were seen, the voucher is opened instead. */
function Again({ signing, label, waitMinutes }: { signing: Signing; label: string; waitMinutes: number }) {
  const [state, setState] = useState<Reopening>({ at: "resting" });
  const waiting = useWait(waitMinutes);
  const open = async () => {
    setState({ at: "reading" });
    try {
      const dossier = await read("/api/dossiers/{dossier_id}", { path: { dossier_id: signing.dossier_id } });
      if (dossier.signing_id) return navigate(`/ky/${dossier.signing_id}`, { replace: true });
      if (!sawExactly(dossier) || !maySign(dossier)) return navigate(voucherOf(signing));
      // Fetched on demand: waiting, with which this page shares a file, must stand soon and needs none of it.
      const flow = await import("./flow").catch(() => undefined);
      setState(flow ? { at: "open", dossier, SignFlow: flow.SignFlow } : { at: "failed", sentence: states.screenFailed });
    } catch (error) {
      setState({ at: "failed", sentence: asProblem(error).title });
    }
  };
  const closed = (why: "left" | "changed") => (why === "changed" ? navigate(voucherOf(signing)) : setState({ at: "resting" }));
  return (
    <>
      <Button class="button-grow" icon="sign" disabled={waiting} busy={state.at === "reading" && words.opening} onClick={() => void open()}>
        {waiting ? say(words.againIn, { phút: waitMinutes }) : label}
      </Button>
      {state.at === "failed" && <p class="field-error" role="alert">{state.sentence}</p>}
      {state.at === "open" && <state.SignFlow dossier={state.dossier} onClosed={closed} />}
    </>
  );
}

function maySign(dossier: Dossier): boolean {
  return dossier.actions.some(({ action, allowed }) => action === "sign" && allowed);
}

function useWait(minutes: number): boolean {
  const [waiting, setWaiting] = useState(minutes > 0);
  useEffect(() => {
    if (minutes === 0) return undefined;
    const timer = setTimeout(() => setWaiting(false), minutes * 60_000);
    return () => clearTimeout(timer);
  }, [minutes]);
  return waiting;
}

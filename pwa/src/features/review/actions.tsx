/** The buttons below a dossier and the sheets they open. Nothing is shown as done before the server has said so. */
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Dossier } from "../../dossier/types";
import { Button, ButtonLink } from "../../ui/button";
import { ActionBar } from "../../ui/top-bar";
import { useFetched, type Fetched } from "../../ui/use-fetched";
import { controls } from "../../words/vi/controls";
import { review as words } from "../../words/vi/review";
import { states } from "../../words/vi/states";
import { offered } from "../dossier-actions/offered";
import type { SignFlowProps } from "../signing/flow";
import { barOf, type Bar, type Sight } from "./bar";
import type { Judgements } from "./signatures";

/** Something this person did, as the server confirmed it. */
export interface Done {
  dossier: Dossier;
  sentence: string;
}

export interface ActionsProps {
  dossier: Dossier;
  sight: Sight;
  judgements: Judgements["state"];
  onDone: (done: Done) => void;
  /** The dossier on the screen is out of date. */
  onStale: () => void;
}

export function Actions(props: ActionsProps) {
  const { dossier, sight, onDone, onStale } = props;
  const bar = barOf(dossier, sight);
  switch (bar.bar) {
    case "decide":
      return <Decide {...props} bar={bar} />;
    case "signing":
      return <Signing {...props} signingId={bar.signingId} />;
    case "receive":
      return <Receiving dossier={dossier} online={sight.online} judgements={props.judgements} onDone={onDone} onStale={onStale} />;
    case "other":
      return offered(dossier).length > 0 ? <Making dossier={dossier} onChanged={(after) => (after ? onDone({ dossier: after, sentence: after.status_label }) : onStale())} /> : null;
    default:
      return bar satisfies never;
  }
}

type Flow = { at: "closed" } | { at: "fetching" } | { at: "failed" } | { at: "open"; dossier: Dossier; SignFlow: ComponentType<SignFlowProps> };

function Decide({ dossier, sight, bar, onDone, onStale }: ActionsProps & { bar: Extract<Bar, { bar: "decide" }> }) {
  const [flow, setFlow] = useState<Flow>({ at: "closed" });
  const [isReturning, setReturning] = useState(false);
  useWarmUp();
  const begin = () => {
    setFlow({ at: "fetching" });
    import("../signing/flow").then(({ SignFlow }) => setFlow({ at: "open", dossier, SignFlow }), () => setFlow({ at: "failed" }));
  };
  return (
    <>
      <ActionBar reason={flow.at === "failed" ? states.screenFailed : bar.blocked}>
        <Button kind="outline" icon="return" disabled={!bar.mayReturn || !sight.online} onClick={() => setReturning(true)}>{words.return}</Button>
        <Button icon="sign" disabled={bar.blocked !== undefined} busy={flow.at === "fetching" && words.opening} onClick={begin}>{words.approve}</Button>
      </ActionBar>
      {isReturning && <Returning dossier={dossier} onClose={() => setReturning(false)} onDone={onDone} onStale={onStale} />}
      {flow.at === "open" && (
        <flow.SignFlow
          dossier={flow.dossier}
          onClosed={(why) => {
            setFlow({ at: "closed" });
            if (why === "changed") onStale();
          }}
        />
      )}
    </>
  );
}

const WARM_UP_AFTER_MS = 800;

/** The next tap needs the flow: fetched while the person reads. */
function useWarmUp(): void {
  useEffect(() => {
    const timer = setTimeout(() => void Promise.all([import("../signing/flow"), giveBack()]).catch(() => undefined), WARM_UP_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
}

/** Sheets and bars that few need at once, fetched while the person reads. */
const giveBack = () => import("./give-back");
const receiving = () => import("./receive");
const making = () => import("../dossier-actions/maker-actions");

type GiveBack = typeof import("./give-back");

function Returning(props: Parameters<GiveBack["Returning"]>[0]) {
  const fetched = useFetched(giveBack);
  return fetched.at === "here" ? <fetched.module.Returning {...props} /> : <Coming fetched={fetched} />;
}

function Pending(props: Parameters<GiveBack["PendingSheet"]>[0]) {
  const fetched = useFetched(giveBack);
  return fetched.at === "here" ? <fetched.module.PendingSheet {...props} /> : <Coming fetched={fetched} />;
}

function Receiving(props: Parameters<typeof import("./receive")["ReceiveBar"]>[0]) {
  const fetched = useFetched(receiving);
  return fetched.at === "here" ? <fetched.module.ReceiveBar {...props} /> : <Coming fetched={fetched} />;
}

function Making(props: Parameters<typeof import("../dossier-actions/maker-actions")["MakerActions"]>[0]) {
  const fetched = useFetched(making);
  return fetched.at === "here" ? <ActionBar><fetched.module.MakerActions {...props} /></ActionBar> : <Coming fetched={fetched} />;
}

function Coming({ fetched }: { fetched: Fetched<unknown> }) {
  return fetched.at === "failed" ? <ActionBar reason={states.screenFailed}><Button kind="outline" icon="refresh" onClick={fetched.retry}>{controls.retry}</Button></ActionBar> : null;
}

type Wish = { at: "none" } | { at: "asking" } | { at: "returning"; dossier: Dossier };

/** Somebody who is signing and wants to return instead must give up the request first, and knowingly. */
function Signing({ dossier, signingId, sight, onDone, onStale }: ActionsProps & { signingId: string }) {
  const [wish, setWish] = useState<Wish>({ at: "none" });
  const leave = () => setWish({ at: "none" });
  return (
    <>
      <ActionBar reason={words.youSign}>
        <Button kind="outline" icon="return" disabled={!sight.online} onClick={() => setWish({ at: "asking" })}>{words.return}</Button>
        <ButtonLink href={`/ky/${signingId}`} icon="clock">{words.seeSigning}</ButtonLink>
      </ActionBar>
      {wish.at === "asking" && <Pending dossierId={dossier.id} signingId={signingId} onClose={leave} onFree={(free) => setWish({ at: "returning", dossier: free })} />}
      {wish.at === "returning" && <Returning dossier={wish.dossier} onClose={() => { leave(); onStale(); }} onDone={onDone} onStale={onStale} />}
    </>
  );
}

/** The buttons below a dossier and the sheets they open. Nothing is shown as done before the server has said so. */
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Dossier } from "../../dossier/types";
import { Button, ButtonLink } from "../../ui/button";
import { ActionBar } from "../../ui/top-bar";
import { say } from "../../words/say";
import { returning } from "../../words/vi/returning";
import { review as words } from "../../words/vi/review";
import { states } from "../../words/vi/states";
import { MakerActions, offered } from "../dossier-actions/maker-actions";
import type { SignFlowProps } from "../signing/flow";
import { barOf, type Bar, type Sight } from "./bar";
import { PendingSheet } from "./pending-sheet";
import { ReceiveBar } from "./receive";
import { ReturnSheet } from "./return-sheet";
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
      return <ReceiveBar dossier={dossier} online={sight.online} judgements={props.judgements} onDone={onDone} onStale={onStale} />;
    case "other":
      return offered(dossier).length > 0 ? <ActionBar><MakerActions dossier={dossier} onChanged={(after) => (after ? onDone({ dossier: after, sentence: after.status_label }) : onStale())} /></ActionBar> : null;
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
    const timer = setTimeout(() => void import("../signing/flow").catch(() => undefined), WARM_UP_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
}

function Returning({ dossier, onClose, onDone, onStale }: { dossier: Dossier; onClose: () => void } & Pick<ActionsProps, "onDone" | "onStale">) {
  return (
    <ReturnSheet
      dossier={dossier}
      onClose={onClose}
      onReturned={(after) => {
        onClose();
        onDone({ dossier: after, sentence: say(returning.done, { tên: after.maker.full_name }) });
      }}
      onStale={() => {
        onClose();
        onStale();
      }}
    />
  );
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
      {wish.at === "asking" && <PendingSheet dossierId={dossier.id} signingId={signingId} onClose={leave} onFree={(free) => setWish({ at: "returning", dossier: free })} />}
      {wish.at === "returning" && <Returning dossier={wish.dossier} onClose={() => { leave(); onStale(); }} onDone={onDone} onStale={onStale} />}
    </>
  );
}

/**
 * The request is out and the signer decides in their CA's app. Asked anew every two seconds: who holds the link has no
 * socket. Leaving is safe; only what the server says of the dossier is believed.
 */
import { useEffect, useRef, useState } from "preact/hooks";
import { serverNow } from "../../api/client";
import { asProblem } from "../../api/problem";
import { useOnline } from "../../api/use-online";
import { Button, ButtonLink } from "../../ui/button";
import { Icon } from "../../ui/icons";
import { Steps } from "../../ui/progress";
import { Sheet } from "../../ui/sheet";
import { Skeleton } from "../../ui/skeleton";
import { Timer } from "../../ui/timer";
import { ActionBar, TopBar } from "../../ui/top-bar";
import { say } from "../../words/say";
import { sending as words } from "../../words/vi/registering-sending";
import { waiting } from "../../words/vi/waiting";
import { groupsOfFour, stepsOf, type Part } from "../signing/waiting";
import type { Signing } from "./api";
import { LogCard } from "./log-card";
import type { StageProps } from "./stage-props";

const POLL_MS = 2_000;
const OPEN: readonly Signing["phase"][] = ["sending", "waiting", "checking", "unknown"];

export function WaitingPage(props: StageProps) {
  const { office, server } = props;
  const { signing, lost } = useSigning(props);
  const [cancelling, setCancelling] = useState(false);
  const online = useOnline();
  if (!signing) return <><TopBar title={words.signTitle} back={office.exit} /><div class="content"><Skeleton shapes={["card", "card"]} /></div></>;
  const app = { "tên app": signing.app_name };
  return (
    <>
      <TopBar title={say(words.waitingTitle, { tên: signing.signer_name })} back={office.exit} sub={lost || !online ? waiting.reconnecting : undefined} />
      <div class="content dossier-content">
        <div class="dossier-head">
          <section class="card signing-card">
            {signing.comparison_code ? <Compare code={signing.comparison_code} /> : <p class="compare-instead">{say(words.compare, { ...app, mã: server.code ?? "" })}</p>}
            <Countdown signing={signing} />
            <div class="steps-across"><Steps steps={stepsOf(partOf(signing), words.stepWaiting)} /></div>
            <p class="signing-status" role="status">{statusOf(signing)}</p>
          </section>
          <p class="muted small signing-leave">{words.mayLeave}</p>
        </div>
        <div class="dossier-files"><LogCard log={server.log} /></div>
      </div>
      {partOf(signing) !== "checking" && (
        <ActionBar>
          <Button kind="outline" onClick={() => setCancelling(true)}>{words.cancelSigning}</Button>
          {signing.deep_link && <ButtonLink icon="phone" href={signing.deep_link}>{say(waiting.openApp, app)}</ButtonLink>}
        </ActionBar>
      )}
      {cancelling && <CancelSheet {...props} signing={signing} onClosed={() => setCancelling(false)} />}
    </>
  );
}

/** Reads the request again and again; when it has ended, the dossier itself says how. */
function useSigning({ api, onMoved }: StageProps): { signing: Signing | undefined; lost: boolean } {
  const [signing, setSigning] = useState<Signing>();
  const [lost, setLost] = useState(false);
  const latest = useRef(onMoved);
  latest.current = onMoved;
  useEffect(() => {
    let over = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = async () => {
      try {
        const found = await api.signing();
        if (over) return;
        if (found) setSigning(found);
        setLost(false);
        if (!found || !OPEN.includes(found.phase)) {
          const dossier = await api.read();
          if (!over) latest.current(dossier);
        }
      } catch (error) {
        asProblem(error);
        if (!over) setLost(true);
      }
      if (!over) timer = setTimeout(() => void look(), POLL_MS);
    };
    void look();
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, [api]);
  return { signing, lost };
}

function partOf({ phase }: Signing): Part {
  return phase === "sending" || phase === "waiting" ? phase : "checking";
}

function statusOf(signing: Signing): string {
  switch (signing.phase) {
    case "sending":
      return words.phases.sending;
    case "waiting":
      return say(words.waitingIn, { "tên app": signing.app_name, tên: signing.signer_name });
    case "unknown":
    case "orphan":
      return words.phases.unknown;
    default:
      return words.phases.checking;
  }
}

function Compare({ code }: { code: string }) {
  return (
    <div class="compare">
      <h2 class="compare-title">{waiting.code}</h2>
      <p class="code" role="img" aria-label={say(waiting.codeSpoken, { "các chữ số": [...code].join(", ") })}>
        {groupsOfFour(code).map((group, index) => <span key={index} class="code-group">{group}</span>)}
      </p>
      <p class="muted small">{waiting.codeRule}</p>
    </div>
  );
}

/** The whole wait is not told; the ring starts full where this screen did. */
function Countdown({ signing }: { signing: Signing }) {
  const [from] = useState(serverNow);
  if (partOf(signing) !== "waiting" || signing.expires_at === null) return <div class="timer" aria-hidden="true"><span class="timer-busy" /></div>;
  return <Timer deadline={signing.expires_at} totalSeconds={(Date.parse(signing.expires_at) - from) / 1000} now={serverNow} />;
}

function CancelSheet({ api, signing, onMoved, onClosed }: StageProps & { signing: Signing; onClosed: () => void }) {
  const [state, setState] = useState<"asking" | "cancelling" | "failed">("asking");
  const online = useOnline();
  const cancel = async () => {
    setState("cancelling");
    try {
      await api.cancelSigning();
      onMoved(await api.read());
      onClosed();
    } catch (error) {
      asProblem(error);
      setState("failed");
    }
  };
  return (
    <Sheet
      open
      title={waiting.cancelTitle}
      onClose={onClosed}
      actions={<><Button kind="outline" onClick={onClosed}>{waiting.keepWaiting}</Button><Button kind="danger" guard disabled={!online} busy={state === "cancelling" && waiting.cancelling} onClick={() => void cancel()}>{waiting.cancelConfirm}</Button></>}
    >
      <p>{say(waiting.cancelBody, { "tên app": signing.app_name })}</p>
      {state === "failed" && <p class="note note-warning" role="alert"><Icon name="alert" /><span>{waiting.cancelOffline}</span></p>}
    </Sheet>
  );
}

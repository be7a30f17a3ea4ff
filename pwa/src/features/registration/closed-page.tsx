/** The dossier is in the Treasury's hands, or has come back from there. */
import { useState } from "preact/hooks";
import { actionKey } from "../../api/action-key";
import { asProblem, type Problem } from "../../api/problem";
import { useOnline } from "../../api/use-online";
import type { Tone } from "../../ui/badge";
import { Button, ButtonLink } from "../../ui/button";
import { Card, Facts } from "../../ui/card";
import { dayAndTime } from "../../ui/format";
import { Icon, type IconName } from "../../ui/icons";
import { ActionBar, TopBar } from "../../ui/top-bar";
import { say } from "../../words/say";
import { registering } from "../../words/vi/registering";
import { sending as words } from "../../words/vi/registering-sending";
import { CancelDossier } from "./cancel-dossier";
import { Declarations } from "./declarations";
import { LogCard } from "./log-card";
import type { Registration } from "./parts";
import type { StageProps } from "./stage-props";

type Stage = keyof typeof words.stages;
const LOOK: Record<Stage, { icon: IconName; tone: Extract<Tone, "good" | "warning" | "danger" | "neutral"> }> = {
  submitted: { icon: "send", tone: "good" },
  under_review: { icon: "clock", tone: "good" },
  checked: { icon: "clock", tone: "good" },
  returned: { icon: "return", tone: "warning" },
  approved: { icon: "check", tone: "good" },
  rejected: { icon: "close", tone: "danger" },
  cancelled: { icon: "close", tone: "neutral" },
};

export function ClosedPage(props: StageProps) {
  const { office, api, server } = props;
  const stage = server.stage as Stage;
  const { icon, tone } = LOOK[stage];
  const reason = stage === "returned" || stage === "rejected" || stage === "cancelled" ? server.log[0]?.note : undefined;
  return (
    <>
      <TopBar title={server.stage_label} back={office.exit} />
      <div class={server.documents.length > 0 ? "content dossier-content" : "content"}>
        <div class="dossier-head">
          <section class={`stage-head stage-${tone}`}>
            <span class="stage-mark"><Icon name={icon} /></span>
            <p class="stage-words">{say(words.stages[stage], { mã: server.code ?? "" })}</p>
          </section>
          {reason && <Card tone={stage === "cancelled" ? "plain" : "warning"} title={stage === "cancelled" ? words.cancelReason : words.reason}><p class="returned-words">{reason}</p></Card>}
          <Card><Facts facts={factsOf(server)} /></Card>
        </div>
        {server.documents.length > 0 && <div class="dossier-files"><Declarations api={api} documents={server.documents} /></div>}
        <div class="dossier-rest">
          <LogCard log={server.log} />
          {server.actions.includes("cancel") && <CancelDossier {...props} />}
        </div>
      </div>
      <StageActions {...props} />
    </>
  );
}

function factsOf({ code, stage_label, content, treasury, due_at, stage }: Registration) {
  const waits = stage === "submitted" || stage === "under_review" || stage === "checked";
  return [
    ...(code ? [{ label: words.facts.code, value: <span class="figures">{code}</span>, strong: true }] : []),
    { label: words.facts.stage, value: stage_label },
    { label: words.facts.unit, value: content.unit.unit_name },
    ...(treasury ? [{ label: words.facts.treasury, value: `${treasury.code} ${treasury.name}` }] : []),
    ...(waits && due_at ? [{ label: words.due, value: dayAndTime(due_at) }] : []),
  ];
}

type Doing = { at: "idle" } | { at: "busy" } | { at: "failed"; problem: Problem };

function StageActions({ api, server, onMoved }: StageProps) {
  const [state, setState] = useState<Doing>({ at: "idle" });
  const [key] = useState(actionKey);
  const online = useOnline();
  const run = async (act: () => Promise<Registration>) => {
    setState({ at: "busy" });
    try {
      onMoved(await act());
      setState({ at: "idle" });
    } catch (error) {
      setState({ at: "failed", problem: asProblem(error) });
    }
  };
  const refused = !online ? words.needsNetwork : state.at === "failed" ? state.problem.title : undefined;
  switch (server.stage) {
    case "returned":
      return <ActionBar reason={refused}><Button icon="edit" busy={state.at === "busy" && words.reopening} disabled={!online} onClick={() => void run(() => api.reopen(server.version, key))}>{words.reopen}</Button></ActionBar>;
    case "approved":
      return <ActionBar><ButtonLink href="/" icon="person">{words.logIn}</ButtonLink></ActionBar>;
    case "rejected":
    case "cancelled":
      return server.kind === "new" ? <ActionBar><ButtonLink href="/dang-ky">{words.newDossier}</ButtonLink></ActionBar> : null;
    default:
      return <ActionBar reason={refused}><Button kind="outline" icon="refresh" busy={state.at === "busy" && registering.opening} disabled={!online} onClick={() => void run(api.read)}>{words.refresh}</Button></ActionBar>;
  }
}

/** A change that has left the unit's hands, or has ended: where it stands, what it changes, and what can be done next. */
import { useState } from "preact/hooks";
import { actionKey } from "../../api/action-key";
import { asProblem, type Problem } from "../../api/problem";
import { useOnline } from "../../api/use-online";
import { Difference } from "../../registration/difference";
import { useEvents } from "../../realtime/use-events";
import { navigate } from "../../router";
import { StatusBadge, type Tone } from "../../ui/badge";
import { Button, ButtonLink } from "../../ui/button";
import { Card } from "../../ui/card";
import { dayAndTime } from "../../ui/format";
import { Timeline } from "../../ui/progress";
import { ActionBar, TopBar } from "../../ui/top-bar";
import { say } from "../../words/say";
import { registrationChange as words } from "../../words/vi/registration-change";
import { RefusalLine } from "../dossier-actions/refusal-line";
import { intoView } from "../registration/into-view";
import type { Registration } from "../registration/parts";
import type { StageProps } from "../registration/stage-props";
import { beginChange } from "./office";

const TONE: Partial<Record<Registration["stage"], Tone>> = { submitted: "info", under_review: "wait", checked: "wait", returned: "warning", approved: "good", rejected: "danger", cancelled: "neutral" };

type State = { at: "idle" } | { at: "sending" } | { at: "refused"; problem: Problem };

export function StatusPage({ office, api, server, onMoved, onBegun }: StageProps & { onBegun: (change: Registration) => void }) {
  const [state, setState] = useState<State>({ at: "idle" });
  const online = useOnline();
  useEvents("inbox.changed", () => void api.read().then(onMoved, asProblem));
  const reopened = (after: Registration) => {
    // Another page begins, at its top.
    navigate(office.home, { replace: true });
    onMoved(after);
  };
  const next = server.stage === "returned" ? { label: words.reopen, busy: words.reopening, act: () => api.reopen(server.version, actionKey()).then(reopened) } : isOver(server) ? { label: words.another, busy: words.starting, act: () => beginChange().then(onBegun) } : undefined;
  const go = async (act: () => Promise<void>) => {
    setState({ at: "sending" });
    try {
      await act();
    } catch (error) {
      setState({ at: "refused", problem: asProblem(error) });
    }
  };
  return (
    <>
      <TopBar title={words.title} back={office.exit} sub={server.code ? say(words.code, { mã: server.code }) : undefined} />
      <div class="content dossier-content">
        <div class="dossier-head">
          <Card>
            <div class="stack-tight">
              <p><StatusBadge tone={TONE[server.stage] ?? "neutral"}>{server.stage_label}</StatusBadge></p>
              <p role="status">{sentenceOf(server)}</p>
              {server.due_at && !isOver(server) && server.stage !== "returned" && <p class="small muted">{say(words.stages.due, { giờ: dayAndTime(server.due_at) })}</p>}
            </div>
          </Card>
          {online && state.at === "refused" && <div ref={intoView}><RefusalLine problem={state.problem} lost={words.lost} /></div>}
        </div>
        {server.difference.length > 0 && <div class="dossier-files"><Card title={words.differenceTitle}><Difference rows={server.difference} /></Card></div>}
        <div class="dossier-rest">
          <Card title={words.log}>
            <Timeline entries={server.log.map((entry) => ({ id: String(entry.seq), at: dayAndTime(entry.at), text: <><strong>{entry.stage_label}</strong>{entry.note && <span class="log-note">{entry.note}</span>}<span class="log-actor">{entry.actor_name}</span></> }))} />
          </Card>
        </div>
      </div>
      <ActionBar reason={next && !online ? words.offline : undefined}>
        <ButtonLink kind={next ? "outline" : "primary"} class={next && "button-fit"} href={office.exit}>{words.toAccount}</ButtonLink>
        {next && <Button class="button-grow" disabled={!online} busy={state.at === "sending" && next.busy} onClick={() => void go(next.act)}>{next.label}</Button>}
      </ActionBar>
    </>
  );
}

function isOver({ stage }: Registration): boolean {
  return stage === "approved" || stage === "rejected" || stage === "cancelled";
}

/** The reason of the Treasury is the note of the newest line. */
function sentenceOf({ stage, stage_label, log }: Registration): string {
  const reason = { "lý do": log[0]?.note ?? "" };
  switch (stage) {
    case "submitted":
    case "under_review":
    case "checked":
    case "approved":
    case "cancelled":
      return words.stages[stage];
    case "returned":
    case "rejected":
      return say(words.stages[stage], reason);
    default:
      return stage_label;
  }
}

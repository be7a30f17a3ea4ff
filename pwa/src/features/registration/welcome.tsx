/** `/dang-ky`: what to have at hand, and the way in. A device that holds a dossier already goes on with it. */
import { useState } from "preact/hooks";
import { asProblem, type Problem } from "../../api/problem";
import { useLoaded } from "../../api/use-loaded";
import { useOnline } from "../../api/use-online";
import { navigate } from "../../router";
import { Button, ButtonLink } from "../../ui/button";
import { Card } from "../../ui/card";
import { Icon } from "../../ui/icons";
import { Sheet } from "../../ui/sheet";
import { ActionBar, TopBar } from "../../ui/top-bar";
import { say } from "../../words/say";
import { controls } from "../../words/vi/controls";
import { registering as words } from "../../words/vi/registering";
import { begin, type Api, type Office } from "./api";
import type { Registration } from "./parts";

type Starting = { at: "idle" } | { at: "asking" } | { at: "starting" } | { at: "failed"; problem: Problem };

export function Welcome({ office, api }: { office: Office; api: Api }) {
  const [state, setState] = useState<Starting>({ at: "idle" });
  const { state: held } = useLoaded(() => mine(api), "held");
  const online = useOnline();
  const open = held.at === "ready" ? held.value : undefined;
  const start = async () => {
    setState({ at: "starting" });
    try {
      await begin();
      navigate(office.home);
    } catch (error) {
      setState({ at: "failed", problem: asProblem(error) });
    }
  };
  const busy = state.at === "starting" && words.starting;
  const failed = state.at === "failed" ? (state.problem.isOffline ? words.startFailed : state.problem.title) : undefined;
  return (
    <>
      <TopBar title={words.title} back="/" />
      <div class="content">
        <p class="lead">{words.lead}</p>
        {open && (
          <Card title={words.resumeTitle} tone="good">
            {open.content.unit.unit_name && <p>{open.content.unit.unit_name}</p>}
            {open.code && <p class="figures">{say(words.codeIs, { mã: open.code })}</p>}
            <p>{open.stage_label}</p>
          </Card>
        )}
        <Card title={words.papersTitle}>
          <ul class="check-rows">{words.papers.map((paper) => <li key={paper}><Icon name="check" /><span>{paper}</span></li>)}</ul>
        </Card>
        <Card title={words.stepsTitle}>
          <ol class="numbered">{Object.entries(words.steps).map(([step, name]) => <li key={step}><span class="numbered-mark" aria-hidden="true">{step}</span><span>{name}</span></li>)}</ol>
        </Card>
        <p class="muted">{words.byLink}</p>
      </div>
      <ActionBar reason={online ? failed : words.startFailed}>
        {open && <Button kind="outline" busy={busy} disabled={!online} onClick={() => setState({ at: "asking" })}>{words.startOver}</Button>}
        {open ? <ButtonLink href={office.home} icon="edit">{words.resume}</ButtonLink> : <Button icon="edit" busy={busy} disabled={!online || held.at === "loading"} onClick={() => void start()}>{words.start}</Button>}
      </ActionBar>
      {state.at === "asking" && (
        <Sheet
          open
          title={words.startOverTitle}
          onClose={() => setState({ at: "idle" })}
          actions={<><Button kind="outline" onClick={() => setState({ at: "idle" })}>{controls.cancel}</Button><Button guard onClick={() => void start()}>{words.startOver}</Button></>}
        >
          <p>{words.startOverBody}</p>
        </Sheet>
      )}
    </>
  );
}

/** The dossier this device holds the link of; none is the usual answer here. */
async function mine(api: Api): Promise<Registration | undefined> {
  try {
    return await api.read();
  } catch (error) {
    asProblem(error);
    return undefined;
  }
}

/** The open change: what can still be changed, what differs from what is in force, and the way to signing it. */
import { useRef, useState } from "preact/hooks";
import { actionKey } from "../../api/action-key";
import { asProblem, type Problem } from "../../api/problem";
import { useOnline } from "../../api/use-online";
import { Difference } from "../../registration/difference";
import { useEvents } from "../../realtime/use-events";
import { navigate, usePlace } from "../../router";
import { SaveLine } from "../../saving/save-line";
import { usePerson } from "../../session/person";
import { useStore } from "../../store";
import { Button } from "../../ui/button";
import { Card } from "../../ui/card";
import { ErrorSummary } from "../../ui/error-summary";
import { Icon } from "../../ui/icons";
import { useWantedField } from "../../ui/focus-field";
import { ActionBar, TopBar } from "../../ui/top-bar";
import { say } from "../../words/say";
import { registrationChange as words } from "../../words/vi/registration-change";
import { RefusalLine } from "../dossier-actions/refusal-line";
import { ConflictCard } from "../registration/conflict-card";
import { intoView } from "../registration/into-view";
import { signsAlone } from "../registration/parts";
import { nameOfProblem } from "../registration/problems";
import { fieldId, placeOf, searchOf } from "../registration/screens";
import type { StageProps } from "../registration/stage-props";
import { AppointmentCard } from "./appointment-card";
import { ConfirmSheet } from "./confirm-sheet";
import { KindList } from "./kind-list";
import { kindsOf, whereOf } from "./kinds";
import { terminate } from "./office";
import { Promises } from "./start";

type State = { at: "idle" } | { at: "sending" } | { at: "refused"; problem: Problem };

export function Hub({ office, api, desk, server, onMoved }: StageProps) {
  const [state, setState] = useState<State>({ at: "idle" });
  const [times, setTimes] = useState<number>();
  const [asked, ask] = useState<"drop" | "terminate">();
  const keys = useRef(new Map<string, string>());
  const save = useStore(desk.state);
  const draft = useStore(desk.draft);
  const online = useOnline();
  const { id: me, unit } = usePerson();
  const ending = server.content.terminate;
  const { search, visit } = usePlace();
  const wanted = new URLSearchParams(search).get("o");
  useWantedField(wanted && fieldId(wanted), visit);
  const otherSignatures = !ending && unit?.second_signature === signsAlone(server.content.unit);
  // How many vouchers wait for a signature is the unit's matter of this minute.
  useEvents("dossier.changed", () => void (desk.state.get().at === "clean" && api.read().then(onMoved, asProblem)));
  const once = (step: string, version: number) => {
    const name = `${step} ${version}`;
    const key = keys.current.get(name) ?? actionKey();
    keys.current.set(name, key);
    return key;
  };
  const send = async () => {
    setState({ at: "sending" });
    const saved = await desk.flush();
    let now = desk.server.get() ?? server;
    if (!saved || now.problems.length > 0) {
      setState({ at: "idle" });
      return setTimes((times ?? 0) + 1);
    }
    try {
      if (now.stage === "draft") onMoved((now = await api.save(now.version, once("save", now.version))));
      const complete = await api.complete(now.version, once("complete", now.version));
      navigate(office.home, { replace: true });
      onMoved(complete);
    } catch (error) {
      setState({ at: "refused", problem: asProblem(error) });
    }
  };
  const nothing = server.difference.length === 0 && !ending;
  const blocked = !online ? words.offline : nothing ? words.sendNothing : undefined;
  const reread = () => {
    setState({ at: "idle" });
    api.read().then(onMoved, (error: unknown) => setState({ at: "refused", problem: asProblem(error) }));
  };
  const kinds = !ending && <KindList kinds={kindsOf(draft)} busy={state.at === "sending"} onChoose={(kind) => (kind === "terminate" ? ask("terminate") : navigate(office.home + whereOf(kind, draft, me)))} />;
  return (
    <>
      <TopBar title={words.title} back={office.exit} sub={<SaveLine state={save} untouched={server.code ? say(words.code, { mã: server.code }) : words.unsent} />} />
      <div class="content change-content">
        {save.at === "conflict" && <ConflictCard desk={desk} conflict={save} draft={draft} />}
        {server.open_signings > 0 && <p class="note note-warning change-wide" role="status"><Icon name="alert" /><span>{say(words.openSignings, { n: server.open_signings })}</span></p>}
        {otherSignatures && <p class="note note-warning change-wide" role="status"><Icon name="alert" /><span>{words.otherSignatures}</span></p>}
        {times !== undefined && server.problems.length > 0 && (
          <div class="change-wide"><ErrorSummary asked={times} wrong={server.problems.map((one) => ({ href: office.home + searchOf(placeOf(one.path), one.path), text: nameOfProblem(one, draft) }))} /></div>
        )}
        {online && state.at === "refused" && <div class="change-wide" ref={intoView}><RefusalLine problem={state.problem} lost={words.lost} onReload={reread} /></div>}
        <AppointmentCard office={office} api={api} desk={desk} server={server} onMoved={onMoved} />
        {ending && <div class="change-wide"><Ending server={server} onMoved={onMoved} /></div>}
        {/* What was declared comes first, as soon as there is something. */}
        {server.difference.length > 0 ? (
          <><Card title={words.differenceTitle}><Difference rows={server.difference} /></Card><div class="stack">{kinds}<Promises /></div></>
        ) : (
          <>{kinds}<div class="stack"><p class="muted">{words.nothingYet}</p><Promises /></div></>
        )}
      </div>
      <ActionBar reason={blocked}>
        {server.actions.includes("cancel") && <Button class="button-fit" kind="outline" onClick={() => ask("drop")}>{words.drop}</Button>}
        <Button class="button-grow" icon="send" disabled={blocked !== undefined} busy={state.at === "sending" && words.sending} onClick={() => void send()}>{words.send}</Button>
      </ActionBar>
      {asked === "drop" && <ConfirmSheet title={words.dropTitle} lead={words.dropLead} keep={words.keep} confirm={words.drop} busy={words.dropping} act={() => api.cancel(server.version, once("cancel", server.version))} onDone={onMoved} onClose={() => ask(undefined)} />}
      {asked === "terminate" && <ConfirmSheet title={words.terminateTitle} lead={words.terminateLead} keep={words.back} confirm={words.terminateConfirm} busy={words.terminating} act={() => terminate(server.version, true)} onDone={onMoved} onClose={() => ask(undefined)} />}
    </>
  );
}

function Ending({ server, onMoved }: Pick<StageProps, "server" | "onMoved">) {
  const [state, setState] = useState<State>({ at: "idle" });
  const undo = async () => {
    setState({ at: "sending" });
    try {
      onMoved(await terminate(server.version, false));
      setState({ at: "idle" });
    } catch (error) {
      setState({ at: "refused", problem: asProblem(error) });
    }
  };
  return (
    <Card tone="danger">
      <div class="stack">
        <p class="change-ending"><Icon name="alert" /><span>{words.terminateNote}</span></p>
        <div><Button kind="outline" busy={state.at === "sending" && words.terminating} onClick={() => void undo()}>{words.terminateUndo}</Button></div>
        {state.at === "refused" && <RefusalLine problem={state.problem} lost={words.lost} />}
      </div>
    </Card>
  );
}

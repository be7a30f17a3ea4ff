/** The decision that appoints a new account holder: asked for when a change replaces one, shown as long as it is attached. */
import { useState } from "preact/hooks";
import { asProblem, type Problem } from "../../api/problem";
import { useOnline } from "../../api/use-online";
import { Button } from "../../ui/button";
import { Card } from "../../ui/card";
import { appointment as words } from "../../words/vi/appointment";
import { AttachedFile } from "../../registration/attached-file";
import { FileField } from "../registration/file-field";
import { base64Of } from "../registration/files";
import { Note } from "../registration/note";
import { fieldId } from "../registration/screens";
import type { StageProps } from "../registration/stage-props";
import { attachAppointment, removeAppointment } from "./office";

const LARGEST_BYTES = 5_000_000;

type State = { at: "idle" } | { at: "sending"; file: File } | { at: "removing" } | { at: "too-large"; file: File } | { at: "unsaved" } | { at: "refused"; problem: Problem; file: File | undefined };

export function AppointmentCard({ api, desk, server, onMoved }: StageProps) {
  const [state, setState] = useState<State>({ at: "idle" });
  const online = useOnline();
  const { needed, file } = server.appointment;
  if (!needed && !file) return null;
  /** What was typed goes first: whose appointment it is must be known. */
  const after = async (act: (version: number) => Promise<typeof server>, chosen?: File) => {
    if (!(await desk.flush())) return setState({ at: "unsaved" });
    try {
      onMoved(await act(desk.server.get()?.version ?? server.version));
      setState({ at: "idle" });
    } catch (error) {
      setState({ at: "refused", problem: asProblem(error), file: chosen });
    }
  };
  const attach = async (chosen: File | undefined) => {
    if (!chosen) return;
    // Said before anything is sent: on a phone five megabytes take a while.
    if (chosen.size > LARGEST_BYTES) return setState({ at: "too-large", file: chosen });
    setState({ at: "sending", file: chosen });
    const text = await base64Of(chosen);
    await after((version) => attachAppointment(version, text), chosen);
  };
  const remove = async () => {
    setState({ at: "removing" });
    await after(removeAppointment);
  };
  const said = state.at === "too-large" ? words.tooLarge : state.at === "refused" ? (state.problem.fields[0]?.sentence ?? state.problem.title) : undefined;
  const busy = state.at === "sending" || state.at === "removing";
  return (
    <div id={fieldId("appointment")} tabIndex={-1}>
      <Card title={words.title}>
        <div class="stack">
          <p class="muted">{needed ? words.lead : words.noLonger}</p>
          {file && <AttachedFile href={api.appointment} appointment={server.appointment} />}
          <FileField label={file ? words.chooseOther : words.choose} accept="application/pdf" chosen={"file" in state ? state.file : undefined} error={said} onChoose={(chosen) => void (online && !busy && attach(chosen))} />
          <p class="muted small" role="status">{state.at === "sending" ? words.sending : words.hint}</p>
          {state.at === "unsaved" && <Note tone="warning">{words.unsaved}</Note>}
          {file && <div><Button kind="outline" icon="close" disabled={!online} busy={state.at === "removing" && words.removing} onClick={() => void remove()}>{words.remove}</Button></div>}
        </div>
      </Card>
    </div>
  );
}

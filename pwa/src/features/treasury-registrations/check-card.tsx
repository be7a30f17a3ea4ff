/** The officer's check list. Read-only for everybody who does not have the registration in hand. */
import { useEffect, useRef, useState } from "preact/hooks";
import { actionKey } from "../../api/action-key";
import { useOnline } from "../../api/use-online";
import { Card } from "../../ui/card";
import { Checkbox } from "../../ui/field";
import { Icon } from "../../ui/icons";
import { say } from "../../words/say";
import { appointment } from "../../words/vi/appointment";
import { treasuryRegistrations as words } from "../../words/vi/treasury-registrations";
import { AttachedFile } from "../../registration/attached-file";
import { appointmentUrl, decide } from "./calls";
import { Ticks, type Saving } from "./ticks";
import type { DeskRegistration } from "./types";

export interface CheckCardProps {
  desk: DeskRegistration;
  mayTick: boolean;
  onSaved: (desk: DeskRegistration) => void;
}

export function CheckCard({ desk, mayTick, onSaved }: CheckCardProps) {
  const latest = useRef({ desk, onSaved });
  latest.current = { desk, onSaved };
  const [ticks] = useState(() => new Ticks(tickedOf(desk), async (ticked) => {
    const { registration } = latest.current.desk;
    const after = await decide(registration.id, registration.version, { do: "check_list", ticked }, actionKey());
    // The next call of a row of ticks looks at this answer, not at the screen's next drawing.
    latest.current.desk = after;
    latest.current.onSaved(after);
  }));
  const [, draw] = useState(0);
  const online = useOnline();
  useEffect(() => {
    ticks.draw = () => draw((n) => n + 1);
    return () => void (ticks.draw = () => undefined);
  }, [ticks]);
  const done = mayTick ? ticks.ticked.size : tickedOf(desk).length;
  return (
    <Card title={words.checkList} aside={<span class="small figures">{say(words.checkListSub, { n: done, tổng: desk.check_list.length })}</span>}>
      <CertificateNotes desk={desk} />
      <Decision desk={desk} />
      {mayTick ? (
        <>
          <div class="check-list" role="group" aria-label={words.checkList}>
            {desk.check_list.map(({ name, label }) => <Checkbox key={name} label={label} checked={ticks.ticked.has(name)} onChecked={(ticked) => ticks.set(name, ticked)} />)}
          </div>
          <SavingLine saving={ticks.saving} online={online} again={() => ticks.send()} />
        </>
      ) : (
        <ul class="check-list">{desk.check_list.map(({ name, label, ticked }) => <li key={name} class={ticked ? "check-item check-done" : "check-item"}><Icon name={ticked ? "check-circle" : "minus"} /><span>{label}</span><span class="visually-hidden">{ticked ? words.checkYes : words.checkNo}</span></li>)}</ul>
      )}
    </Card>
  );
}

/** What the unit attached about who was appointed, beside the item it is for. */
function Decision({ desk: { registration } }: { desk: DeskRegistration }) {
  const { needed, file } = registration.appointment;
  if (file) return <div class="check-decision"><AttachedFile href={appointmentUrl(registration.id)} appointment={registration.appointment} /></div>;
  return needed ? <p class="note note-warning check-decision"><Icon name="alert" /><span class="grow">{appointment.missing}</span></p> : null;
}

/** Nothing where there is nothing to know. */
export function CertificateNotes({ desk }: { desk: DeskRegistration }) {
  if (desk.certificate_notes.length === 0) return null;
  return (
    <div class="note note-warning">
      <Icon name="alert" />
      <div class="grow">
        <p><strong>{words.certificateNotes}</strong></p>
        <ul class="stack-tight">{desk.certificate_notes.map(({ full_name: name, sentence }) => <li key={`${name} ${sentence}`}>{say(words.certificateNote, { tên: name, câu: sentence })}</li>)}</ul>
      </div>
    </div>
  );
}

function tickedOf({ check_list }: DeskRegistration): string[] {
  return check_list.filter(({ ticked }) => ticked).map(({ name }) => name);
}

function SavingLine({ saving, online, again }: { saving: Saving; online: boolean; again: () => void }) {
  switch (saving.at) {
    case "rest":
      return null;
    case "saving":
      return <p class="small muted" role="status">{words.checkSaving}</p>;
    case "saved":
      return <p class="small muted" role="status">{words.checkSaved}</p>;
    case "failed":
      return (
        <div class="note note-danger" role="alert">
          <Icon name="error" />
          <p class="grow">{saving.problem.isOffline ? words.checkOffline : say(words.checkFailed, { "lý do": saving.problem.title })}</p>
          <button type="button" class="link-button" aria-disabled={!online} onClick={() => online && again()}>{words.checkAgain}</button>
        </div>
      );
    default:
      return saving satisfies never;
  }
}

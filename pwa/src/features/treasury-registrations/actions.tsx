/**
 * The buttons below a registration: the likeliest as the main one, the rest beside it, on a phone behind one button. Nothing
 * is shown as done before the server has said so.
 */
import { useState } from "preact/hooks";
import { useOnline } from "../../api/use-online";
import { Button, type ButtonKind } from "../../ui/button";
import { Icon, type IconName } from "../../ui/icons";
import { Sheet } from "../../ui/sheet";
import { ActionBar } from "../../ui/top-bar";
import { say } from "../../words/say";
import { treasuryRegistrations as words } from "../../words/vi/treasury-registrations";
import { RefusalLine } from "../dossier-actions/refusal-line";
import { HandOverSheet } from "./hand-over-sheet";
import { barOf, type Move } from "./moves";
import { ReasonSheet } from "./reason-sheet";
import type { DeskRegistration } from "./types";
import { useDecision } from "./use-decision";

export interface ActionsProps {
  desk: DeskRegistration;
  onDone: (after: DeskRegistration, move: Move) => void;
  /** What is on the screen is out of date. */
  onStale: () => void;
}

export type SheetProps = ActionsProps & { onClose: () => void };

const ICON: Record<Move, IconName> = { approve: "check-circle", propose: "send", open: "intake", return: "edit", hand_over: "person", send_back: "return", reject: "close" };
const KIND = (move: Move): ButtonKind => (move === "reject" ? "danger" : "outline");

export function Actions({ desk, onDone, onStale }: ActionsProps) {
  const [asked, ask] = useState<Move | "more">();
  const online = useOnline();
  const bar = barOf(desk);
  const { main, others } = bar;
  if (!main && others.length === 0 && !bar.reason) return null;
  const close = () => ask(undefined);
  const sheet: SheetProps = {
    desk,
    onClose: close,
    onStale: () => {
      close();
      onStale();
    },
    onDone: (after, move) => {
      close();
      onDone(after, move);
    },
  };
  const few = others.length < 2;
  return (
    <>
      <ActionBar reason={bar.reason}>
        {others.map((move) => <Button key={move} class={few ? "" : "only-wide"} kind={KIND(move)} icon={ICON[move]} onClick={() => ask(move)}>{words.actions[move]}</Button>)}
        {!few && <Button class="only-narrow desk-more" kind="outline" onClick={() => ask("more")}>{words.more}</Button>}
        {main === "open" && <OpenButton {...sheet} disabled={!online} />}
        {main && main !== "open" && <Button icon={ICON[main]} disabled={bar.resting || !online} onClick={() => ask(main)}>{words.actions[main]}</Button>}
      </ActionBar>
      {asked === "more" && <MoreSheet moves={others} onChoose={ask} onClose={close} />}
      {(asked === "propose" || asked === "approve") && <ConfirmSheet {...sheet} move={asked} />}
      {asked === "hand_over" && <HandOverSheet {...sheet} />}
      {(asked === "return" || asked === "send_back" || asked === "reject") && <ReasonSheet {...sheet} move={asked} />}
    </>
  );
}

/** Taking a registration up, or over from a colleague it is late with, promises nothing to anybody: nothing is asked first. */
function OpenButton({ desk, onDone, onStale, disabled }: SheetProps & { disabled: boolean }) {
  const { state, send } = useDecision(desk, (after) => onDone(after, "open"));
  return (
    <>
      <Button icon="intake" disabled={disabled} busy={state.at === "sending" && words.busy.open} onClick={() => void send({ do: "open" })}>{desk.officer_name ? words.takeOver : words.actions.open}</Button>
      {state.at === "refused" && <Sheet open title={words.actions.open} onClose={onStale}><RefusalLine problem={state.problem} lost={words.offline} onReload={onStale} /></Sheet>}
    </>
  );
}

function MoreSheet({ moves, onChoose, onClose }: { moves: readonly Move[]; onChoose: (move: Move) => void; onClose: () => void }) {
  return (
    <Sheet open title={words.moreTitle} onClose={onClose}>
      <ul class="link-list">
        {moves.map((move) => (
          <li key={move}>
            <button type="button" class={`link-row plain-row${move === "reject" ? " row-danger" : ""}`} onClick={() => onChoose(move)}>
              <Icon name={ICON[move]} />
              <span class="grow">{words.actions[move]}</span>
              <Icon name="forward" />
            </button>
          </li>
        ))}
      </ul>
    </Sheet>
  );
}

function ConfirmSheet({ desk, move, onDone, onStale, onClose }: SheetProps & { move: "propose" | "approve" }) {
  const online = useOnline();
  const { state, send } = useDecision(desk, (after) => onDone(after, move));
  return (
    <Sheet
      open
      title={words.ask[move].title}
      onClose={onClose}
      actions={
        <>
          <Button kind="outline" onClick={onClose}>{words.back}</Button>
          <Button guard icon={ICON[move]} disabled={!online} busy={state.at === "sending" && words.busy[move]} onClick={() => void send({ do: move })}>{words.actions[move]}</Button>
        </>
      }
    >
      <p>{move === "propose" ? proposing(desk) : approving(desk)}</p>
      {!online && <p class="muted" role="status">{words.needsNetwork}</p>}
      {state.at === "refused" && <RefusalLine problem={state.problem} lost={words.offline} onReload={onStale} />}
    </Sheet>
  );
}

function proposing({ registration, check_list }: DeskRegistration): string {
  return say(words.ask.propose.lead, { n: check_list.length, "đơn vị": registration.content.unit.unit_name });
}

function approving({ registration, difference }: DeskRegistration): string {
  const gaps = { tệp: registration.documents.length, "đơn vị": registration.content.unit.unit_name };
  if (registration.kind === "change") return say(words.ask.approve.change, { ...gaps, mục: difference.length });
  return say(words.ask.approve.new, { ...gaps, người: registration.content.members.length });
}

/**
 * What a person can still do with a dossier besides deciding on it: edit, send, take back, choose another approver, give up.
 *
 * Shows exactly the actions the server offers, the likeliest as the button, the rest behind it. Nothing is shown as done
 * before the server has said so. Does not: sign, return or receive.
 */
import { useState } from "preact/hooks";
import { useOnline } from "../../api/use-online";
import { navigate } from "../../router";
import { Button, ButtonLink } from "../../ui/button";
import { Icon, type IconName } from "../../ui/icons";
import { Sheet } from "../../ui/sheet";
import { makerActions as words } from "../../words/vi/maker-actions";
import { ApproverSheet } from "../signing/approver-sheet";
import { useDecision, type DecisionSheetProps } from "./decision";
import { offered, type MakerAction } from "./offered";
import type { Decision, Dossier } from "./perform";
import { ReasonSheet } from "./reason-sheet";
import { RefusalLine } from "./refusal-line";

export interface MakerActionsProps {
  dossier: Dossier;
  /** Called with the dossier as it stands after an action; `undefined` when it must be read again. */
  onChanged: (dossier: Dossier | undefined) => void;
}

export function MakerActions({ dossier, onChanged }: MakerActionsProps) {
  const [open, setOpen] = useState<MakerAction | "more">();
  const actions = offered(dossier);
  const [first, ...rest] = actions;
  if (!first) return null;
  const close = () => setOpen(undefined);
  const choose = (action: MakerAction) => (action === "edit" || action === "submit" ? navigate(formOf(dossier, action)) : setOpen(action));
  const changed = (after: Dossier | undefined) => {
    close();
    onChanged(after);
  };
  return (
    <>
      {rest.length > 1 && <Button kind="outline" icon="more" onClick={() => setOpen("more")}>{words.more}</Button>}
      {rest.length === 1 && rest[0] && <Button kind={rest[0] === "cancel" ? "danger" : "outline"} icon={ICON[rest[0]]} onClick={() => rest[0] && choose(rest[0])}>{LABEL[rest[0]]}</Button>}
      {first === "submit" || first === "edit" ? (
        <ButtonLink href={formOf(dossier, first)} icon={ICON[first]}>{LABEL[first]}</ButtonLink>
      ) : (
        <Button kind={first === "cancel" ? "danger" : first === "reopen" ? "primary" : "outline"} icon={ICON[first]} onClick={() => choose(first)}>{LABEL[first]}</Button>
      )}
      {open === "more" && <MoreSheet actions={rest} onChoose={choose} onClose={close} />}
      {open === "withdraw" && <WithdrawSheet dossier={dossier} onChanged={changed} onClose={close} />}
      {open === "reopen" && <ReopenSheet dossier={dossier} onChanged={changed} onClose={close} />}
      {open === "cancel" && <ReasonSheet dossier={dossier} decision="cancel" onChanged={changed} onClose={close} />}
      {open === "reassign" && <ReassignSheet dossier={dossier} onChanged={changed} onClose={close} />}
    </>
  );
}

function formOf(dossier: Pick<Dossier, "id">, action: "edit" | "submit"): string {
  return `/ho-so/${encodeURIComponent(dossier.id)}/sua${action === "submit" ? "?buoc=kiem-tra" : ""}`;
}

const LABEL: Record<MakerAction, string> = {
  edit: words.edit, submit: words.send, reopen: words.reopen, withdraw: words.withdraw, reassign: words.reassign, cancel: words.cancel,
};
const ICON: Record<MakerAction, IconName> = { edit: "edit", submit: "send", reopen: "edit", withdraw: "return", reassign: "person", cancel: "close" };

function MoreSheet({ actions, onChoose, onClose }: { actions: readonly MakerAction[]; onChoose: (action: MakerAction) => void; onClose: () => void }) {
  return (
    <Sheet open title={words.moreTitle} onClose={onClose}>
      <ul class="link-list">
        {actions.map((action) => (
          <li key={action}>
            <button type="button" class={`link-row plain-row${action === "cancel" ? " row-danger" : ""}`} onClick={() => onChoose(action)}>
              <Icon name={ICON[action]} />
              <span class="grow">{LABEL[action]}</span>
              <Icon name="forward" />
            </button>
          </li>
        ))}
      </ul>
    </Sheet>
  );
}

function WithdrawSheet(props: DecisionSheetProps) {
  // From the Treasury it is taken back only with a reason.
  if (props.dossier.status === "submitted") return <ReasonSheet {...props} decision="withdraw" />;
  return <ConfirmSheet {...props} title={words.withdrawTitle} lead={words.withdrawPlain} confirm={words.withdrawConfirm} busy={words.withdrawing} decision={{ do: "withdraw", reason: null }} />;
}

function ReopenSheet(props: DecisionSheetProps) {
  return <ConfirmSheet {...props} title={words.reopenTitle} lead={words.reopenLead} confirm={words.reopenConfirm} busy={words.reopening} decision={{ do: "reopen" }} after={(dossier) => navigate(formOf(dossier, "edit"))} />;
}

interface ConfirmProps extends DecisionSheetProps {
  title: string;
  lead: string;
  confirm: string;
  busy: string;
  decision: Decision;
  after?: (dossier: Dossier) => void;
}

function ConfirmSheet({ dossier, title, lead, confirm, busy, decision, after, onChanged, onClose }: ConfirmProps) {
  const online = useOnline();
  const { state, decide } = useDecision({
    dossier,
    onChanged(changed) {
      onChanged(changed);
      if (changed) after?.(changed);
    },
  });
  return (
    <Sheet
      open
      title={title}
      onClose={onClose}
      actions={
        <>
          <Button kind="outline" onClick={onClose}>{words.back}</Button>
          <Button guard disabled={!online} busy={state.at === "sending" && busy} onClick={() => void decide(decision)}>{confirm}</Button>
        </>
      }
    >
      <p>{lead}</p>
      {!online && <p class="muted" role="status">{words.needsNetwork}</p>}
      {state.at === "refused" && <RefusalLine problem={state.problem} onReload={() => onChanged(undefined)} />}
    </Sheet>
  );
}

function ReassignSheet({ dossier, onChanged, onClose }: DecisionSheetProps) {
  const { state, decide } = useDecision({ dossier, onChanged });
  const account = dossier.vouchers[0]?.content.debit_account;
  return (
    <ApproverSheet
      dossierId={dossier.id}
      title={words.reassignTitle}
      account={account}
      busy={state.at === "sending" && words.reassigning}
      notice={state.at === "refused" ? <RefusalLine problem={state.problem} onReload={() => onChanged(undefined)} /> : undefined}
      onPicked={(person) => void decide({ do: "reassign", approver: person.id })}
      onClosed={onClose}
    />
  );
}

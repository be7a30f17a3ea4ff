/** U8: the last look. Amount, payee and account are in sight without scrolling; the one button says what it does. */
import type { ComponentChildren } from "preact";
import { useOnline } from "../../api/use-online";
import { Amount } from "../../ui/amount";
import { Button } from "../../ui/button";
import { figures } from "../../ui/format";
import { Icon } from "../../ui/icons";
import { Sheet } from "../../ui/sheet";
import { say } from "../../words/say";
import { confirm as words } from "../../words/vi/confirm";
import { ExpiringNote } from "./login-sheet";
import { payeesOf } from "./payees";
import type { Approver, Dossier, Prepared } from "./prepare";
import { HealthNote, useHealth } from "./provider-health";
import { RefusalNote } from "./refusal-note";
import type { Refusal } from "./refusal";

export interface ConfirmSheetProps {
  dossier: Dossier;
  prepared: Prepared;
  approver: Approver | undefined;
  sending: boolean;
  refusal: Refusal | undefined;
  onSign: () => void;
  onChangeApprover: () => void;
  onClosed: () => void;
}

export function ConfirmSheet({ dossier, prepared, approver, sending, refusal, onSign, onChangeApprover, onClosed }: ConfirmSheetProps) {
  const online = useOnline();
  const again = refusal?.what === "again";
  const { health, down } = useHealth(prepared.provider, refusal);
  return (
    <Sheet
      open
      title={words.title}
      onClose={() => sending || onClosed()}
      actions={
        <>
          <Button class="button-fit" kind="outline" disabled={sending} onClick={onClosed}>{words.back}</Button>
          <Button class="button-grow" guard busy={sending && words.busy} disabled={(!online && !again) || down} onClick={onSign}>
            {again ? words.again : say(words.sign, { "số tiền": figures(dossier.amount) })}
          </Button>
        </>
      }
    >
      {refusal && <RefusalNote refusal={refusal} />}
      {!online && !refusal && <p class="note note-quiet" role="status"><Icon name="offline" /><span>{words.offlineNow}</span></p>}
      <HealthNote provider={prepared.provider} health={health} down={down} />
      <div class="confirm-amount">
        <Amount size="hero" value={dossier.amount} />
        <p class="confirm-words">{prepared.inWords}</p>
      </div>
      <ConfirmFacts dossier={dossier} prepared={prepared} approver={approver} onChangeApprover={onChangeApprover} />
      <p class="confirm-note"><Icon name="phone" /><span>{say(words.biometric, { "tên app": prepared.provider.app_name })}</span></p>
      <ExpiringNote certificate={prepared.certificate} />
    </Sheet>
  );
}

type FactsProps = Pick<ConfirmSheetProps, "dossier" | "prepared" | "approver" | "onChangeApprover">;

function ConfirmFacts({ dossier, prepared, approver, onChangeApprover }: FactsProps) {
  const { certificate, approvers } = prepared;
  const choice = (approvers?.items.filter((person) => person.eligible).length ?? 0) > 1;
  return (
    <dl class="confirm-facts">
      <Fact label={words.payee}><Payees dossier={dossier} /></Fact>
      <Fact label={words.content}>{dossier.content}</Fact>
      {approver ? (
        <Fact label={words.next}>
          <span class="confirm-next">
            <strong>{approver.full_name}</strong>
            {choice && <button type="button" class="link-button" aria-label={words.changeNext} onClick={onChangeApprover}>{words.change}</button>}
          </span>
        </Fact>
      ) : (
        <Fact label={words.sentTo}><strong>{dossier.treasury.name}</strong></Fact>
      )}
      <Fact label={words.signWith}>{say(words.certificate, { "nhà cung cấp": certificate.provider_name, "tên chủ thể": certificate.subject, "sê ri": certificate.serial_tail })}</Fact>
    </dl>
  );
}

function Fact({ label, children }: { label: string; children: ComponentChildren }) {
  return <div><dt>{label}</dt><dd>{children}</dd></div>;
}

function Payees({ dossier }: { dossier: Dossier }) {
  const payees = payeesOf(dossier);
  return (
    <>
      {payees.map((payee) => (
        <p key={payee.id} class="confirm-payee">
          <strong>{payee.name}</strong>
          <span>{payee.account && <span class="figures">{payee.account}</span>}{payee.account && payee.place && " – "}{payee.place}</span>
          {payees.length > 1 && <Amount value={payee.amount} />}
        </p>
      ))}
    </>
  );
}

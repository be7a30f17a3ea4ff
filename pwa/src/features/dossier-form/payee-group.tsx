/** Third group: who receives the money, at a bank, at the Treasury, or in cash with the identity paper shown at the counter. */
import { useState } from "preact/hooks";
import { read } from "../../api/client";
import { Button } from "../../ui/button";
import { DateField, Field, RadioCards } from "../../ui/field";
import { say } from "../../words/say";
import { dossier as words } from "../../words/vi/dossier";
import { bankName, findBanks, findOffices, useName, type Bank, type Office } from "./directory";
import type { PayeeText } from "./draft";
import { Fold } from "./fold";
import type { GroupProps } from "./group-props";
import { PickedField } from "./picked-field";
import { fieldId } from "./places";
import { SearchSheet } from "./search-sheet";
import { payeeKindOf, type KnownPayee } from "./voucher";

export function PayeeGroup(props: GroupProps) {
  const { voucher, said, change } = props;
  const [picking, setPicking] = useState(false);
  const kind = payeeKindOf(voucher);
  const v = voucher.key;
  return (
    <div class="stack">
      <Button kind="outline" icon="history" wide aria-haspopup="dialog" onClick={() => setPicking(true)}>{words.pickPayee}</Button>
      {kind === "cash_person" ? (
        <CashPerson {...props} />
      ) : (
        <>
          <div class="choices-row"><RadioCards
            id={fieldId(v, "payee_kind")}
            legend={words.payeeKind}
            error={said[fieldId(v, "payee_kind")]}
            choices={[{ value: "bank_account", title: words.kinds.bank_account }, { value: "treasury_account", title: words.kinds.treasury_account }]}
            value={kind}
            onValue={(chosen) => change({ do: "choose-kind", voucher: v, kind: chosen })}
          /></div>
          <Typed {...props} field="payee_name" label={words.payeeName} longest={200} />
          {kind === "bank_account" ? <AtBank {...props} /> : <AtTreasury {...props} />}
        </>
      )}
      <Typed {...props} field="payee_address" label={words.payeeAddress} longest={255} />
      <OtherCodes {...props} treasury={kind === "treasury_account"} />
      {picking && (
        <KnownPayees
          onClose={() => setPicking(false)}
          onPick={(payee) => {
            change({ do: "pick-payee", voucher: v, payee });
            setPicking(false);
          }}
        />
      )}
    </div>
  );
}

interface TypedProps extends GroupProps {
  field: PayeeText;
  label: string;
  longest: number;
  hint?: string;
  digits?: boolean;
}

function Typed({ voucher, said, change, field, label, longest, hint, digits }: TypedProps) {
  const id = fieldId(voucher.key, field);
  return (
    <Field
      id={id} label={label} hint={hint} error={said[id]} value={voucher.payee[field]} maxLength={longest} autocomplete="off" spellcheck={false} enterKeyHint="next"
      {...(digits ? { inputMode: "numeric" as const } : {})}
      onValue={(value) => change({ do: "type-payee", voucher: voucher.key, field, value })}
    />
  );
}

function AtBank(props: GroupProps) {
  const { voucher, said, change } = props;
  const [open, setOpen] = useState(false);
  const code = voucher.payee.payee_bank_code;
  const name = useName("bank", code);
  const id = fieldId(voucher.key, "payee_bank_code");
  return (
    <>
      <Typed {...props} field="bank_account" label={words.payeeAccount} longest={20} />
      <PickedField id={id} label={words.bank} icon="intake" value={name ?? (code && say(words.codeOf, { mã: code }))} sub={name && say(words.codeOf, { mã: code })} choose={words.chooseBank} error={said[id]} onOpen={() => setOpen(true)} />
      {open && (
        <SearchSheet<Bank>
          title={words.chooseBank} label={words.bankSearch} icon="intake" find={findBanks}
          show={(bank) => ({ key: bank.code, title: bankName(bank), figures: say(words.codeOf, { mã: bank.code }) })}
          onClose={() => setOpen(false)}
          onPick={(bank) => {
            change({ do: "type-payee", voucher: voucher.key, field: "payee_bank_code", value: bank.code });
            setOpen(false);
          }}
        />
      )}
    </>
  );
}

function AtTreasury(props: GroupProps) {
  const { voucher, said, change } = props;
  const [open, setOpen] = useState(false);
  const code = voucher.payee.payee_treasury_code;
  const name = useName("office", code);
  const id = fieldId(voucher.key, "payee_treasury_code");
  return (
    <>
      <Typed {...props} field="treasury_account" label={words.payeeAccount} longest={20} />
      <PickedField id={id} label={words.office} icon="intake" value={name ?? (code && say(words.codeOf, { mã: code }))} sub={name && say(words.codeOf, { mã: code })} choose={words.chooseOffice} error={said[id]} onOpen={() => setOpen(true)} />
      {open && (
        <SearchSheet<Office>
          title={words.chooseOffice} label={words.officeSearch} icon="intake" find={findOffices}
          show={(office) => ({ key: office.code, title: office.name, figures: say(words.codeOf, { mã: office.code }) })}
          onClose={() => setOpen(false)}
          onPick={(office) => {
            change({ do: "type-payee", voucher: voucher.key, field: "payee_treasury_code", value: office.code });
            setOpen(false);
          }}
        />
      )}
    </>
  );
}

function CashPerson(props: GroupProps) {
  const { voucher, said, change } = props;
  const dateId = fieldId(voucher.key, "receiver_id_date");
  return (
    <>
      <p class="note note-info" id={fieldId(voucher.key, "payee_kind")} tabIndex={-1}>{words.cashNote}</p>
      <Typed {...props} field="receiver_name" label={words.receiverName} longest={100} />
      <Typed {...props} field="receiver_id_number" label={words.receiverId} longest={12} />
      <DateField id={dateId} label={words.receiverDate} error={said[dateId]} value={voucher.payee.receiver_id_date} max="9999-12-31" onValue={(value) => change({ do: "type-payee", voucher: voucher.key, field: "receiver_id_date", value })} />
      <Typed {...props} field="receiver_id_place" label={words.receiverPlace} longest={150} />
    </>
  );
}

function OtherCodes({ treasury, ...props }: GroupProps & { treasury: boolean }) {
  const { voucher, said } = props;
  const fields: PayeeText[] = treasury ? ["payee_relation_code", "payee_program_code"] : ["payee_program_code"];
  const open = fields.some((field) => voucher.payee[field] !== "" || said[fieldId(voucher.key, field)] !== undefined);
  return (
    <Fold title={words.otherCodes} open={open}>
      {treasury && <Typed {...props} field="payee_relation_code" label={words.relation} hint={words.sevenDigits} longest={7} digits />}
      <Typed {...props} field="payee_program_code" label={words.payeeProgram} hint={words.fiveDigits} longest={5} digits />
    </Fold>
  );
}

function KnownPayees({ onPick, onClose }: { onPick: (payee: KnownPayee) => void; onClose: () => void }) {
  return (
    <SearchSheet<KnownPayee>
      title={words.pickPayee} label={words.payeeSearch} icon="history" empty={words.payeesEmpty}
      find={async (q) => (await read("/api/payees", { query: { q } })).items}
      show={(payee) => ({
        key: `${payee.payee_name} ${payee.payee_account} ${payee.receiver_id_number ?? ""}`,
        title: payee.payee_name || (payee.receiver_name ?? ""),
        sub: payee.payee_address || undefined,
        figures: payee.payee_account || undefined,
      })}
      onPick={onPick}
      onClose={onClose}
    />
  );
}

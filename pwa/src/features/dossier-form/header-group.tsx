/** First group of a voucher: number, day, account, way of paying. */
import { DateField, Field, RadioCards } from "../../ui/field";
import { dossier as words } from "../../words/vi/dossier";
import { AccountField } from "./account-field";
import { Fold } from "./fold";
import type { GroupProps } from "./group-props";
import { fieldId } from "./places";
import type { PaymentMethod } from "./voucher";

const METHODS: readonly PaymentMethod[] = ["transfer", "cash_at_treasury", "cash_at_bank"];

export function HeaderGroup({ voucher, said, change, prefill }: GroupProps) {
  const id = (field: string) => fieldId(voucher.key, field);
  const error = (field: string) => said[id(field)];
  const v = voucher.key;
  return (
    <div class="stack">
      <div class="field-pair">
        <Field id={id("unit_voucher_number")} label={words.number} hint={words.numberHint} error={error("unit_voucher_number")} value={voucher.unit_voucher_number} maxLength={20} autocomplete="off" autocapitalize="characters" spellcheck={false} enterKeyHint="next" onValue={(value) => change({ do: "type", voucher: v, field: "unit_voucher_number", value })} />
        <DateField id={id("voucher_date")} label={words.date} error={error("voucher_date")} value={voucher.voucher_date} max="9999-12-31" onValue={(value) => change({ do: "type", voucher: v, field: "voucher_date", value })} />
      </div>
      <AccountField
        id={id("debit_account")}
        value={voucher.debit_account}
        error={error("debit_account")}
        onChoose={(account, program) => change({ do: "choose-account", voucher: v, account, program })}
        onOnly={(account, program) => prefill({ do: "choose-account", voucher: v, account, program })}
      />
      <div class="choices-row"><RadioCards id={id("payment_method")} legend={words.method} error={error("payment_method")} choices={METHODS.map((method) => ({ value: method, title: words.methods[method] }))} value={voucher.payment_method} onValue={(method) => change({ do: "choose-method", voucher: v, method })} /></div>
      <Fold title={words.programCodes} open={voucher.program_code !== "" || error("program_code") !== undefined}>
        <Field id={id("program_code")} label={words.program} hint={words.fiveDigits} error={error("program_code")} value={voucher.program_code} maxLength={5} inputMode="numeric" autocomplete="off" onValue={(value) => change({ do: "type", voucher: v, field: "program_code", value })} />
      </Fold>
    </div>
  );
}

import type { Change, Draft } from "./draft";
import type { Sentences } from "./places";
import type { VoucherForm } from "./voucher";

/** What each group of the form is given. */
export interface GroupProps {
  voucher: VoucherForm;
  removed: Draft["removed"];
  said: Sentences;
  change: (change: Change) => void;
  prefill: (change: Change) => void;
}

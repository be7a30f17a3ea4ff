/** A field whose value is chosen from a list: what is chosen, and the button that opens the list. */
import { Icon, type IconName } from "../../ui/icons";
import { dossier as words } from "../../words/vi/dossier";

export interface PickedFieldProps {
  id: string;
  label: string;
  icon: IconName;
  /** What is chosen; empty for nothing. */
  value: string;
  sub?: string | undefined;
  choose: string;
  error?: string | undefined;
  onOpen: () => void;
}

export function PickedField({ id, label, icon, value, sub, choose, error, onOpen }: PickedFieldProps) {
  return (
    <div class={error ? "field field-wrong" : "field"}>
      <span class="field-label" aria-hidden="true">{label}</span>
      <button type="button" id={id} class="input picked" aria-haspopup="dialog" aria-describedby={error ? `${id}-error` : undefined} onClick={onOpen}>
        <Icon name={icon} />
        <span class="visually-hidden">{label}: </span>
        <span class="choice-text">
          {value ? <span>{value}</span> : <span class="muted">{choose}</span>}
          {value && sub && <span class="muted small figures">{sub}</span>}
        </span>
        <span class="picked-change" aria-hidden="true">{value ? words.change : <Icon name="forward" />}</span>
      </button>
      {error && <p class="field-error" id={`${id}-error`}><Icon name="error" />{error}</p>}
    </div>
  );
}

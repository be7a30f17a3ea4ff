/** Choosing one file: a button as large as the others, and what was chosen in words. */
import { useId } from "preact/hooks";
import { Icon } from "../../ui/icons";
import { say } from "../../words/say";
import { sending as words } from "../../words/vi/registering-sending";

export interface FileFieldProps {
  label: string;
  accept: string;
  chosen: File | undefined;
  error?: string | undefined;
  onChoose: (file: File | undefined) => void;
}

export function FileField({ label, accept, chosen, error, onChoose }: FileFieldProps) {
  const id = useId();
  return (
    <div class={error ? "field field-wrong" : "field"}>
      <label class="button button-outline file-button" for={id}><Icon name="folder" /><span>{label}</span></label>
      <input class="visually-hidden file-input" id={id} type="file" accept={accept} aria-describedby={`${id}-said`} onChange={(event) => onChoose(event.currentTarget.files?.[0])} />
      <p class="field-after" id={`${id}-said`} role="status">{chosen && say(words.tokenChosen, { tệp: chosen.name })}</p>
      {error && <p class="field-error"><Icon name="error" />{error}</p>}
    </div>
  );
}

/** Any number of several, as rows with a whole-row target under one heading. */
import { useId } from "preact/hooks";
import { Icon } from "./icons";
import type { Choice } from "./field";

export interface CheckCardsProps<V extends string> {
  legend: string;
  choices: readonly Choice<V>[];
  on: readonly V[];
  onChange: (on: V[]) => void;
  id?: string;
  hint?: string;
  error?: string | undefined;
}

export function CheckCards<V extends string>({ legend, choices, on, onChange, id, hint, error }: CheckCardsProps<V>) {
  const name = useId();
  const toggle = (value: V, checked: boolean) => onChange(checked ? [...on, value] : on.filter((one) => one !== value));
  return (
    <fieldset class={error ? "choices field-wrong" : "choices"} id={id} aria-describedby={error ? `${name}-error` : undefined}>
      <legend>{legend}</legend>
      {hint && <p class="field-hint">{hint}</p>}
      {choices.map((choice) => (
        <label key={choice.value} class={choice.barred ? "choice choice-card choice-barred" : "choice choice-card"}>
          <span class="choice-text">
            <span class="choice-title">{choice.title}</span>
            {choice.sub && <span class="muted small">{choice.sub}</span>}
            {choice.barred && <span class="small choice-reason">{choice.barred}</span>}
          </span>
          <input type="checkbox" checked={on.includes(choice.value)} disabled={Boolean(choice.barred)} onChange={(event) => toggle(choice.value, event.currentTarget.checked)} />
        </label>
      ))}
      {error && <p class="field-error" id={`${name}-error`}><Icon name="error" />{error}</p>}
    </fieldset>
  );
}

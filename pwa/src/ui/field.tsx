/** Form fields: a visible label, the hint and the error tied to the input, targets of 48 px or more. */
import type { ComponentChildren } from "preact";
import { useId, useState } from "preact/hooks";
import { controls } from "../words/vi/controls";
import { say } from "../words/say";
import { IconButton } from "./icon-button";
import { figures } from "./format";
import { caretBefore, digitsOf } from "./money";
import { Icon, type IconName } from "./icons";

interface Frame {
  label: string;
  hint?: string | undefined;
  error?: string | undefined;
}

/** The input attributes our forms use; the full type of the library forbids choosing the type at run time. */
interface InputProps {
  id?: string;
  name?: string;
  type?: "text" | "email" | "tel" | "search" | "date" | "password";
  inputMode?: "text" | "numeric" | "decimal" | "tel" | "email" | "search";
  autocomplete?: string;
  autofocus?: boolean;
  autocapitalize?: string;
  spellcheck?: boolean;
  required?: boolean;
  readOnly?: boolean;
  disabled?: boolean | undefined;
  maxLength?: number;
  min?: string;
  max?: string;
  enterKeyHint?: "next" | "done" | "search" | "send";
  onBlur?: () => void;
}

interface FrameProps extends Frame {
  id: string;
  children: ComponentChildren;
  after?: ComponentChildren;
}

function FieldFrame({ id, label, hint, error, children, after }: FrameProps) {
  return (
    <div class={error ? "field field-wrong" : "field"}>
      <label for={id}>{label}</label>
      {hint && <p class="field-hint" id={`${id}-hint`}>{hint}</p>}
      {children}
      {after}
      {error && <p class="field-error" id={`${id}-error`}><Icon name="error" />{error}</p>}
    </div>
  );
}

function described(id: string, { hint, error }: Omit<Frame, "label">) {
  const ids = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
  return { "aria-describedby": ids || undefined, "aria-invalid": error ? ("true" as const) : undefined };
}

export type FieldProps = Frame & InputProps & { value: string; onValue: (value: string, input: HTMLInputElement) => void; after?: ComponentChildren };

export function Field({ label, hint, error, value, onValue, after, ...input }: FieldProps) {
  const made = useId();
  const id = input.id ?? made;
  return (
    <FieldFrame id={id} label={label} hint={hint} error={error} after={after}>
      <input {...(input as object)} {...described(id, { hint, error })} id={id} class="input" value={value} onInput={(event) => onValue(event.currentTarget.value, event.currentTarget)} />
    </FieldFrame>
  );
}

export function PasswordField({ label, hint, error, value, onValue, after, ...input }: FieldProps) {
  const made = useId();
  const [shown, setShown] = useState(false);
  const id = input.id ?? made;
  return (
    <FieldFrame id={id} label={label} hint={hint} error={error} after={after}>
      <div class="input-row">
        <input {...(input as object)} {...described(id, { hint, error })} id={id} class="input" {...(({ type: shown ? "text" : "password" }) as object)} value={value} onInput={(event) => onValue(event.currentTarget.value, event.currentTarget)} />
        <IconButton name={shown ? controls.hidePassword : controls.showPassword} icon={shown ? "eye-off" : "eye"} aria-pressed={shown} onClick={() => setShown(!shown)} />
      </div>
    </FieldFrame>
  );
}

/** Digits only, dotted while typing; `inWords` is shown and read below. The value is the bare digits. */
export function MoneyField({ inWords, ...props }: FieldProps & { inWords?: ((digits: string) => string) | undefined }) {
  const words = props.value && inWords ? inWords(props.value) : "";
  const onValue = (typed: string, input: HTMLInputElement) => {
    const digits = digitsOf(typed);
    const behind = typed.slice(input.selectionStart ?? typed.length).replace(/\D/g, "").length;
    // Written at once: when only a dot was deleted nothing changes, so nothing would be drawn again.
    input.value = figures(digits);
    const caret = caretBefore(input.value, behind);
    input.setSelectionRange(caret, caret);
    props.onValue(digits, input);
  };
  return (
    <Field
      {...props}
      inputMode="numeric"
      autocomplete="off"
      value={figures(props.value)}
      onValue={onValue}
      after={<p class="field-after" aria-live="polite">{words}</p>}
    />
  );
}

/** The device's own date picker; the value is `YYYY-MM-DD`. */
export function DateField(props: FieldProps) {
  return <Field {...props} type="date" />;
}

type SelectProps = Frame & { value: string; onValue: (value: string) => void; options: readonly { value: string; label: string }[]; required?: boolean; id?: string };

export function Select({ label, hint, error, value, onValue, options, required, id: given }: SelectProps) {
  const made = useId();
  const id = given ?? made;
  return (
    <FieldFrame id={id} label={label} hint={hint} error={error}>
      <select {...described(id, { hint, error })} id={id} class="input" value={value} required={required} onChange={(event) => onValue(event.currentTarget.value)}>
        {options.map((option) => <option key={option.value} value={option.value}>{option.label}</option>)}
      </select>
    </FieldFrame>
  );
}

type TextAreaProps = Frame & { value: string; onValue: (value: string) => void; max: number; rows?: number; id?: string };

/** Free text with a counter, which is read out once fewer than fifty characters are left. */
export function TextArea({ label, hint, error, value, onValue, max, rows = 4, id: given }: TextAreaProps) {
  const made = useId();
  const id = given ?? made;
  const left = max - value.length;
  const counter = <p class="field-after" aria-live={left <= 50 ? "polite" : "off"}>{say(controls.charactersLeft, { n: left })}</p>;
  return (
    <FieldFrame id={id} label={label} hint={hint} error={error} after={counter}>
      <textarea {...described(id, { hint, error })} id={id} class="input" rows={rows} maxLength={max} value={value} onInput={(event) => onValue(event.currentTarget.value)} />
    </FieldFrame>
  );
}

export function Checkbox({ label, checked, onChecked, hint }: { label: string; checked: boolean; onChecked: (checked: boolean) => void; hint?: string }) {
  return (
    <label class="choice">
      <input type="checkbox" checked={checked} onChange={(event) => onChecked(event.currentTarget.checked)} />
      <span class="choice-text"><span>{label}</span>{hint && <span class="muted small">{hint}</span>}</span>
    </label>
  );
}

export interface Choice<V extends string> {
  value: V;
  title: string;
  /** Second line, read together with the title. */
  sub?: string;
  icon?: IconName;
  /** Why this one cannot be chosen; it stays readable. */
  barred?: string;
}

/** One of several, as rows with a whole-row target and the browser's own arrow keys. */
export function RadioCards<V extends string>({ legend, hideLegend, choices, value, onValue, id, error }: { legend: string; hideLegend?: boolean; choices: readonly Choice<V>[]; value: V | undefined; onValue: (value: V) => void; id?: string; error?: string | undefined }) {
  const name = useId();
  return (
    <fieldset class={error ? "choices field-wrong" : "choices"} id={id} aria-describedby={error ? `${name}-error` : undefined}>
      <legend class={hideLegend ? "visually-hidden" : undefined}>{legend}</legend>
      {choices.map((choice) => (
        <label key={choice.value} class={choice.barred ? "choice choice-card choice-barred" : "choice choice-card"}>
          {choice.icon && <Icon name={choice.icon} />}
          <span class="choice-text">
            <span class="choice-title">{choice.title}</span>
            {choice.sub && <span class="muted small">{choice.sub}</span>}
            {choice.barred && <span class="small choice-reason">{choice.barred}</span>}
          </span>
          <input type="radio" name={name} value={choice.value} checked={choice.value === value} aria-disabled={choice.barred ? "true" : undefined} disabled={Boolean(choice.barred)} onChange={() => onValue(choice.value)} />
        </label>
      ))}
      {error && <p class="field-error" id={`${name}-error`}><Icon name="error" />{error}</p>}
    </fieldset>
  );
}

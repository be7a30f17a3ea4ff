/** What each small screen is given, and the fields they are made of. */
import type { components } from "../../api/schema";
import { DateField, Field, type FieldProps } from "../../ui/field";
import type { Api, Office } from "./api";
import type { Desk } from "./desk";
import type { Change, Draft, Registration } from "./parts";
import { fieldId, type Place } from "./screens";

export type Choices = components["schemas"]["RegistrationChoices"];

export interface PartProps {
  office: Office;
  api: Api;
  desk: Desk;
  draft: Draft;
  /** The last answer of the server: account numbers and certificates are its own. */
  server: Registration;
  choices: Choices;
  /** Which row of the table. */
  row: number;
  /** The sentence beside the field of a path, once somebody asked to go on. */
  said: (path: string) => string | undefined;
  change: (change: Change) => void;
  goTo: (place: Place) => void;
}

type AskedProps = Omit<FieldProps, "id" | "error" | "value" | "onValue"> & { path: string; said: PartProps["said"]; value: string; onValue: (value: string) => void };

export function TextAsked({ path, said, ...field }: AskedProps) {
  return <Field autocomplete="off" {...field} id={fieldId(path)} error={said(path)} />;
}

export function DigitsAsked({ onValue, ...field }: AskedProps) {
  return <TextAsked {...field} inputMode="numeric" onValue={(typed) => onValue(typed.replace(/[^\d]/g, ""))} />;
}

export function DayAsked({ path, said, value, onValue, ...field }: Omit<AskedProps, "value" | "onValue"> & { value: string | null; onValue: (value: string | null) => void }) {
  return <DateField max="9999-12-31" {...field} id={fieldId(path)} error={said(path)} value={value ?? ""} onValue={(typed) => onValue(typed || null)} />;
}

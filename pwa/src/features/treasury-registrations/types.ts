/** Short names for the shapes on the wire of the Treasury's desk. */
import type { components } from "../../api/schema";

type Schemas = components["schemas"];
export type DeskRegistration = Schemas["TreasuryRegistration"];
export type Registration = DeskRegistration["registration"];
export type Declaration = Registration["documents"][number];
export type RegistrationPage = Schemas["TreasuryRegistrations"];
export type RegistrationCounts = Schemas["TreasuryRegistrationCounts"];
export type RegistrationRow = RegistrationPage["items"][number];
export type Colleague = Schemas["TreasuryColleague"];
export type Taken = Schemas["Taken"];
export type FileSignature = DeskRegistration["signatures"][number];
export type Verdict = FileSignature["verdict"];

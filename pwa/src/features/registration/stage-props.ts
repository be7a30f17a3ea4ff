import type { Api, Office } from "./api";
import type { Desk } from "./desk";
import type { Registration } from "./parts";

/** What a page of a dossier is given that is not being typed in. */
export interface StageProps {
  office: Office;
  api: Api;
  desk: Desk;
  server: Registration;
  onMoved: (registration: Registration) => void;
}

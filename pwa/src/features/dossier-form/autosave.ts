/** What the autosave of every form needs to know of a voucher dossier. */
import type { Answer } from "../../api/wire";
import * as saving from "../../saving/autosave";
import { reduce, type Change, type Draft } from "./draft";
import { mistakesOf, type Mistake } from "./places";
import { fromWire, sameOnTheWire, toWire, type WireVoucher } from "./voucher";

export type Dossier = Answer<"/api/dossiers/{dossier_id}">;
export type Autosave = saving.Autosave<Dossier, Draft, Change, Mistake>;
export type SaveState = saving.SaveState<Dossier, Mistake>;
export type Kept = saving.Kept<Draft>;

export interface Ports extends saving.Surroundings {
  create(vouchers: WireVoucher[], key: string): Promise<Dossier>;
  save(id: string, version: number, vouchers: WireVoucher[], key: string): Promise<Dossier>;
  read(id: string): Promise<Dossier>;
}

const FORM: saving.Form<Dossier, Draft, Change, Mistake> = {
  reduce,
  text: ({ vouchers }) => sameOnTheWire(vouchers),
  draftOf,
  isEditable,
  mistakes: ({ fields }, { vouchers }) => mistakesOf(fields, vouchers),
  learn: (draft) => draft,
};

export function startAutosave(ports: Ports, from: { draft: Draft; dossier?: Dossier | undefined; kept?: Kept | undefined }): Autosave {
  const asTyped: saving.Ports<Dossier, Draft> = {
    ...ports,
    create: ({ vouchers }, key) => ports.create(vouchers.map(toWire), key),
    save: (id, version, { vouchers }, key) => ports.save(id, version, vouchers.map(toWire), key),
  };
  return saving.startAutosave(FORM, asTyped, { draft: from.draft, server: from.dossier, kept: from.kept });
}

export function isEditable(dossier: Pick<Dossier, "actions">): boolean {
  return dossier.actions.some((one) => one.action === "edit" && one.allowed);
}

export function draftOf(dossier: Pick<Dossier, "vouchers">): Draft {
  return { vouchers: [...dossier.vouchers].sort((a, b) => a.position - b.position).map((voucher) => fromWire(voucher.content)) };
}

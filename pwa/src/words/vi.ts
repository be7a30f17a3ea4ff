/**
 * The whole dictionary of the app in one value, for tests, lints and translators.
 *
 * Screens import their own group from `words/vi/…` instead: a module travels in one chunk, so importing this one from the
 * first screen would put every sentence into the first download.
 */
import { access } from "./vi/access";
import { account } from "./vi/account";
import { confirm } from "./vi/confirm";
import { controls } from "./vi/controls";
import { dossier } from "./vi/dossier";
import { dossiers } from "./vi/dossiers";
import { history } from "./vi/history";
import { inbox } from "./vi/inbox";
import { inboxStates } from "./vi/inbox-states";
import { install } from "./vi/install";
import { lists } from "./vi/lists";
import { login } from "./vi/login";
import { makerActions } from "./vi/maker-actions";
import { money } from "./vi/money";
import { nextApprover } from "./vi/next-approver";
import { notFound } from "./vi/not-found";
import { notifications } from "./vi/notifications";
import { officer } from "./vi/officer";
import { problems } from "./vi/problems";
import { alarm, providerHealth } from "./vi/provider-health";
import { reach } from "./vi/reach";
import { registering } from "./vi/registering";
import { members } from "./vi/registering-members";
import { certificates } from "./vi/registering-certificates";
import { own } from "./vi/registering-own";
import { sending } from "./vi/registering-sending";
import { registration } from "./vi/registration";
import { registrationChange } from "./vi/registration-change";
import { remoteSigning } from "./vi/remote-signing";
import { result } from "./vi/result";
import { returning } from "./vi/returning";
import { review } from "./vi/review";
import { rowMenu } from "./vi/row-menu";
import { rows } from "./vi/rows";
import { saving } from "./vi/saving";
import { secondFactor } from "./vi/second-factor";
import { shell } from "./vi/shell";
import { states } from "./vi/states";
import { treasuryRegistrations } from "./vi/treasury-registrations";
import { waiting } from "./vi/waiting";

export const vi = {
  access, account, alarm, confirm, controls, dossier, dossiers, history, inbox, inboxStates, install, lists, login, makerActions, money, nextApprover, notFound, notifications, officer,
  problems, providerHealth, reach, registering, own, certificates, members, sending, registration, registrationChange, remoteSigning, result, returning, review, rowMenu, rows, saving, secondFactor, shell, states, treasuryRegistrations, waiting,
} as const;

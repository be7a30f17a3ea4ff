/** A new registration where it stands: being declared, to be signed, waiting for the CA, at the Treasury, or closed. */
import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { read } from "../../api/client";
import { useLoaded } from "../../api/use-loaded";
import { navigate, usePlace } from "../../router";
import { useStore } from "../../store";
import { NotOpened } from "../../ui/not-opened";
import { Skeleton } from "../../ui/skeleton";
import { TopBar } from "../../ui/top-bar";
import { registering as words } from "../../words/vi/registering";
import { apiOf, type Office } from "./api";
import { ClosedPage } from "./closed-page";
import { openDesk } from "./desk";
import { DocumentsPage } from "./documents-page";
import type { Choices } from "./part";
import type { Registration } from "./parts";
import { SavedPage } from "./saved-page";
import { screenNamed, searchOf } from "./screens";
import { WaitingPage } from "./waiting-page";
import { Wizard } from "./wizard";

export interface RegistrationHomeProps {
  office: Office;
  /** The dossier as it was just read. */
  first: Registration;
}

export function RegistrationHome(props: RegistrationHomeProps) {
  const { state, reload } = useLoaded(() => read("/api/registrations/choices"), "choices");
  switch (state.at) {
    case "loading":
      return <><TopBar title={words.register} back={props.office.exit} /><div class="content"><Skeleton shapes={["card", "card"]} /></div></>;
    case "failed":
      return <><TopBar title={words.register} back={props.office.exit} /><NotOpened problem={state.problem} lost={words.startFailed} out={{ href: props.office.exit, label: words.toWelcome }} onRetry={() => void reload()} /></>;
    case "ready":
      return <Stages {...props} choices={state.value} />;
    default:
      return state satisfies never;
  }
}

type Page = "wizard" | Registration["stage"];

function pageOf({ stage }: Registration, writing: boolean): Page {
  if (stage === "draft" || stage === "awaiting_completion" || (stage === "awaiting_approval" && writing)) return "wizard";
  return stage;
}

/** The dossier moved on by itself, or by a button: another page begins at its top, and its title takes the focus. */
function useNewPage(page: Page, home: string): void {
  const before = useRef(page);
  useLayoutEffect(() => {
    if (before.current !== page && page !== "wizard") navigate(home, { replace: true });
    before.current = page;
  }, [page]);
}

function Stages({ office, first, choices }: RegistrationHomeProps & { choices: Choices }) {
  const api = useMemo(() => apiOf(office), [office.base]);
  const desk = useMemo(() => openDesk(api, first), [first.id]);
  const server = useStore(desk.server) ?? first;
  const { search } = usePlace();
  /** Just saved for the first time: said once, on a page of its own. */
  const [saved, setSaved] = useState(false);
  const writing = new URLSearchParams(search).has("muc");
  useNewPage(pageOf(server, writing), office.home);
  const moved = (next: Registration) => {
    desk.adopt(next);
    setSaved(next.stage === "awaiting_completion" && server.stage === "draft");
    navigate(office.home, { replace: true });
  };
  const wizard = <Wizard office={office} api={api} desk={desk} choices={choices} onMoved={moved} />;
  const stage = { office, api, desk, server, onMoved: (next: Registration) => desk.adopt(next) };
  switch (server.stage) {
    case "draft":
      return wizard;
    case "awaiting_completion":
      return saved && !writing ? <SavedPage {...stage} onGoOn={() => navigate(office.home + searchOf({ screen: screenNamed("members"), row: 0 }))} /> : wizard;
    case "awaiting_approval":
      return writing ? wizard : <DocumentsPage {...stage} />;
    case "signing":
      return <WaitingPage {...stage} />;
    case "submitted":
    case "under_review":
    case "checked":
    case "returned":
    case "approved":
    case "rejected":
    case "cancelled":
      return <ClosedPage {...stage} />;
    default:
      return server.stage satisfies never;
  }
}

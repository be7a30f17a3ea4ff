/** U17: a unit that has no log-in yet registers for the service. Public; the secret link of the dossier is the key. */
import { useLayoutEffect } from "preact/hooks";
import { useLoaded } from "../../api/use-loaded";
import { restoreScroll } from "../../links";
import { usePlace } from "../../router";
import type { ScreenProps } from "../../screens";
import "../../styles/registering";
import { ButtonLink } from "../../ui/button";
import { NotOpened } from "../../ui/not-opened";
import { Skeleton } from "../../ui/skeleton";
import { EmptyState } from "../../ui/states";
import { TopBar } from "../../ui/top-bar";
import { registering as words } from "../../words/vi/registering";
import { apiOf, LINK_BASE, type Office } from "./api";
import { Continue } from "./continue";
import { RegistrationHome } from "./home";
import { OwnData } from "./own-data";
import { Welcome } from "./welcome";

const OFFICE: Office = { base: LINK_BASE, home: "/dang-ky/ke-khai", exit: "/dang-ky" };
const API = apiOf(OFFICE);

export function Screen({ params }: ScreenProps) {
  const { visit } = usePlace();
  // Outside there is one pane for all screens; inside the app does this as well.
  useLayoutEffect(() => restoreScroll(visit), [visit]);
  switch (params["id"]) {
    case "ke-khai":
      return <Current />;
    case "tiep-tuc":
      return <Continue office={OFFICE} />;
    case "cua-toi":
      return <OwnData />;
    default:
      return <Welcome office={OFFICE} api={API} />;
  }
}

function Current() {
  const { state, reload } = useLoaded(API.read, "current");
  switch (state.at) {
    case "loading":
      return <><TopBar title={words.register} back={OFFICE.exit} /><div class="content"><Skeleton shapes={["card", "card"]} /></div></>;
    case "failed":
      return (
        <>
          <TopBar title={words.register} back={OFFICE.exit} />
          {[401, 404].includes(state.problem.status)
            ? <EmptyState icon="document" action={<ButtonLink href={OFFICE.exit}>{words.toWelcome}</ButtonLink>}>{words.noDossier}</EmptyState>
            : <NotOpened problem={state.problem} lost={words.startFailed} out={{ href: OFFICE.exit, label: words.toWelcome }} onRetry={() => void reload()} />}
        </>
      );
    case "ready":
      return <RegistrationHome office={OFFICE} first={state.value} />;
    default:
      return state satisfies never;
  }
}

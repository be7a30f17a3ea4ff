/**
 * U19: "Đăng ký thay đổi sử dụng DVC". What is in force stays in force until the Treasury has approved; what shall change is
 * declared on the screens of the registration itself, shown here as "Hiện tại → Thay đổi", signed and sent.
 */
import { useEffect, useMemo, useState } from "preact/hooks";
import { read } from "../../api/client";
import { asProblem } from "../../api/problem";
import { useLoaded } from "../../api/use-loaded";
import { usePlace } from "../../router";
import { Difference } from "../../registration/difference";
import { useStore } from "../../store";
import "../../styles/registering";
import { Card } from "../../ui/card";
import { NotOpened } from "../../ui/not-opened";
import { Skeleton } from "../../ui/skeleton";
import { TopBar } from "../../ui/top-bar";
import { registrationChange as words } from "../../words/vi/registration-change";
import { apiOf } from "../registration/api";
import { isTyping, openDesk } from "../registration/desk";
import { DocumentsPage } from "../registration/documents-page";
import type { Choices } from "../registration/part";
import type { Registration } from "../registration/parts";
import { WaitingPage } from "../registration/waiting-page";
import { Wizard } from "../registration/wizard";
import { Hub } from "./hub";
import { OFFICE } from "./office";
import { Start } from "./start";
import { StatusPage } from "./status-page";

const CHECK = "hoan-thanh";

export function Screen() {
  const { state, reload } = useLoaded(readBoth, "change");
  const [begun, setBegun] = useState<Registration>();
  switch (state.at) {
    case "loading":
      return <><TopBar title={words.title} back={OFFICE.exit} /><div class="content"><Skeleton shapes={["card", "card"]} /></div></>;
    case "failed":
      return <><TopBar title={words.title} back={OFFICE.exit} /><NotOpened problem={state.problem} lost={words.loadFailed} denied={words.membersOnly} out={{ href: OFFICE.exit, label: words.toAccount }} onRetry={() => void reload()} /></>;
    case "ready": {
      const read = state.value.change;
      const change = begun && begun.id !== read?.id ? begun : read;
      return change ? <Stages key={change.id} first={change} choices={state.value.choices} onBegun={setBegun} /> : <Start onBegun={setBegun} />;
    }
    default:
      return state satisfies never;
  }
}

async function readBoth(): Promise<{ change: Registration | undefined; choices: Choices }> {
  const [change, choices] = await Promise.all([readChange(), read("/api/registrations/choices")]);
  return { change, choices };
}

/** The unit's change, or none: most units never had one. */
async function readChange(): Promise<Registration | undefined> {
  try {
    return await read("/api/registration-changes/current");
  } catch (error) {
    const problem = asProblem(error);
    if (problem.status === 404) return undefined;
    throw problem;
  }
}

function Stages({ first, choices, onBegun }: { first: Registration; choices: Choices; onBegun: (change: Registration) => void }) {
  const api = useMemo(() => apiOf(OFFICE), []);
  const desk = useMemo(() => openDesk(api, first), [api, first.id]);
  const server = useStore(desk.server) ?? first;
  // Read again, such as after the network came back: what a colleague or the Treasury did meanwhile.
  useEffect(() => {
    if (first.version > (desk.server.get()?.version ?? 0) && desk.state.get().at === "clean") desk.adopt(first);
  }, [desk, first]);
  const { search } = usePlace();
  const asked = new URLSearchParams(search).get("muc");
  const stage = { office: OFFICE, api, desk, server, onMoved: (next: Registration) => desk.adopt(next) };
  // The last step of the declaration is the page with the differences.
  if (isTyping(server) && asked !== null && asked !== CHECK) return <Wizard office={{ ...OFFICE, exit: OFFICE.home }} api={api} desk={desk} choices={choices} onMoved={stage.onMoved} />;
  switch (server.stage) {
    case "draft":
    case "awaiting_completion":
      return <Hub {...stage} />;
    case "awaiting_approval":
      return asked === CHECK ? <Hub {...stage} /> : <DocumentsPage {...stage} above={<Card title={words.differenceTitle}><Difference rows={server.difference} /></Card>} />;
    case "signing":
      return <WaitingPage {...stage} />;
    case "submitted":
    case "under_review":
    case "checked":
    case "returned":
    case "approved":
    case "rejected":
    case "cancelled":
      return <StatusPage {...stage} onBegun={onBegun} />;
    default:
      return server.stage satisfies never;
  }
}

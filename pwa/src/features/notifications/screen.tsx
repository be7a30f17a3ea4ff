/**
 * What has happened, newest first, told by the events themselves: a type, an id and a time, never an amount or a name.
 * Each line leads to the screen that reads the rest from the server.
 */
import { read, serverNow } from "../../api/client";
import { useLoaded } from "../../api/use-loaded";
import type { Answer } from "../../api/wire";
import { useEvents } from "../../realtime/use-events";
import { clockTime, day, dayAndTime, since, type Ago } from "../../ui/format";
import { Icon, type IconName } from "../../ui/icons";
import { Card } from "../../ui/card";
import { Skeleton } from "../../ui/skeleton";
import { EmptyState, ErrorState } from "../../ui/states";
import { TopBar } from "../../ui/top-bar";
import { say } from "../../words/say";
import { notifications as words } from "../../words/vi/notifications";
import { states } from "../../words/vi/states";
import { controls } from "../../words/vi/controls";

type Event = Answer<"/api/events">["items"][number];

export function Screen() {
  const { state, reload } = useLoaded(() => read("/api/events"), "events");
  useEvents("*", () => void reload());
  return (
    <>
      <TopBar title={words.title} sub={state.at === "ready" && state.problem ? say(states.stale, { giờ: clockTime(state.loadedAt) }) : undefined} />
      <div class="content">
        {state.at === "loading" && <Skeleton shapes={["card", "card", "card"]} />}
        {state.at === "failed" && <ErrorState happened={words.failed} onRetry={() => void reload()} />}
        {state.at === "ready" && <Groups events={state.value.items} />}
      </div>
    </>
  );
}

function Groups({ events }: { events: readonly Event[] }) {
  if (events.length === 0) return <EmptyState icon="bell">{words.empty}</EmptyState>;
  const today = day(serverNow());
  const newest = [...events].sort((a, b) => b.seq - a.seq);
  const groups = [
    { title: words.today, events: newest.filter((event) => day(event.at) === today) },
    { title: words.before, events: newest.filter((event) => day(event.at) !== today) },
  ];
  return (
    <>
      {groups.filter((group) => group.events.length > 0).map((group) => (
        <Card key={group.title} title={group.title}>
          <ul class="link-list">{group.events.map((event) => <li key={event.seq}><Line event={event} /></li>)}</ul>
        </Card>
      ))}
    </>
  );
}

function Line({ event }: { event: Event }) {
  const kind = KINDS[event.type];
  return (
    <a class="link-row" href={kind.leadsTo(event.id)}>
      <span class="tile"><Icon name={kind.icon} /></span>
      <span class="choice-text">
        <span>{kind.text}</span>
        <span class="muted small figures">{dayAndTime(event.at)} · {ago(since(event.at, serverNow()))}</span>
      </span>
      <Icon name="forward" />
    </a>
  );
}

interface Kind {
  text: string;
  icon: IconName;
  leadsTo: (id: string) => string;
}

const voucher = (id: string) => `/chung-tu/${encodeURIComponent(id)}`;

const KINDS: Record<Event["type"], Kind> = {
  "inbox.changed": { text: words.kinds.voucher, icon: "inbox", leadsTo: () => "/" },
  "dossier.changed": { text: words.kinds.dossier, icon: "document", leadsTo: voucher },
  "signing.changed": { text: words.kinds.signing, icon: "sign", leadsTo: (id) => `/ky/${encodeURIComponent(id)}` },
  "batch.changed": { text: words.kinds.signing, icon: "sign", leadsTo: () => "/" },
  "signing.alarm": { text: words.kinds.alarm, icon: "shield", leadsTo: voucher },
  "session.ended": { text: words.kinds.security, icon: "shield", leadsTo: () => "/tai-khoan" },
};

function ago(moment: Ago): string {
  return moment.unit === "now" ? controls.ago.now : say(controls.ago[moment.unit], { n: moment.n });
}

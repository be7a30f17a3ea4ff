/** What has been sent, newest first, a page at a time. */
import { useState } from "preact/hooks";
import { read } from "../../api/client";
import { asProblem } from "../../api/problem";
import { useLoaded } from "../../api/use-loaded";
import type { Row } from "../../dossier/types";
import { useEvents } from "../../realtime/use-events";
import { Button } from "../../ui/button";
import { Skeleton } from "../../ui/skeleton";
import { EmptyState, ErrorState } from "../../ui/states";
import { dossiers as words } from "../../words/vi/dossiers";
import { SENT } from "./hands";
import { DossierCard } from "./dossier-card";

interface Page {
  items: Row[];
  next_cursor: string | null;
}

type More = { at: "idle" } | { at: "loading" } | { at: "failed"; sentence: string };

export function SentList({ title, selected }: { title: boolean; selected: string | undefined }) {
  const [older, setOlder] = useState<Page>();
  const [more, setMore] = useState<More>({ at: "idle" });
  const { state, reload } = useLoaded(() => readSent(undefined), "sent");
  const follow = () => {
    // The pages below are read again from the new first page, or a row could stand twice.
    setOlder(undefined);
    void reload();
  };
  useEvents("dossier.changed", follow);
  useEvents("inbox.changed", follow);
  if (state.at === "loading") return <Skeleton shapes={["card", "card"]} />;
  if (state.at === "failed") return <ErrorState happened={state.problem.isOffline ? words.failed : state.problem.title} onRetry={follow} />;
  const rows = [...state.value.items, ...(older?.items ?? [])];
  const next = older ? older.next_cursor : state.value.next_cursor;
  if (rows.length === 0) return title ? null : <EmptyState icon="send">{words.emptySent}</EmptyState>;
  const readMore = async (cursor: string) => {
    setMore({ at: "loading" });
    try {
      const page = await readSent(cursor);
      setOlder({ items: [...(older?.items ?? []), ...page.items], next_cursor: page.next_cursor });
      setMore({ at: "idle" });
    } catch (error) {
      const problem = asProblem(error);
      setMore({ at: "failed", sentence: problem.isOffline ? words.failed : problem.title });
    }
  };
  return (
    <section class="list-section">
      {title && <h2 class="list-title">{words.sent}</h2>}
      <ul class="row-list">{rows.map((row) => <li key={row.id}><DossierCard row={row} href={`/chung-tu/${row.id}`} selected={row.id === selected} /></li>)}</ul>
      {more.at === "failed" && <p class="field-error" role="alert">{more.sentence}</p>}
      {next && <Button kind="outline" wide busy={more.at === "loading" && words.loadingMore} onClick={() => void readMore(next)}>{words.more}</Button>}
    </section>
  );
}

function readSent(cursor: string | undefined): Promise<Page> {
  return read("/api/dossiers", { query: { status: [...SENT], ...(cursor !== undefined && { cursor }) } });
}

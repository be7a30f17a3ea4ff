/** The half of the inbox that its first paint does not need; it comes with `later`. */
import { useEffect } from "preact/hooks";
import { rememberFirstCall } from "../../api/first-call";
import type { Problem } from "../../api/problem";
import type { Answer } from "../../api/wire";
import { News as ListNews } from "../../dossier/live-rows";
import type { Row } from "../../dossier/types";
import type { RowsOf } from "../../dossier/use-rows";
import { clockTime } from "../../ui/format";
import { EmptyState, ErrorState } from "../../ui/states";
import { useFetched } from "../../ui/use-fetched";
import { say } from "../../words/say";
import { inboxStates } from "../../words/vi/inbox-states";
import { lists } from "../../words/vi/lists";
import { states } from "../../words/vi/states";

export { Next } from "../../dossier/live-rows";
export { SearchBox } from "../../dossier/search-box";
export { amountInWords } from "../../words/amount-in-words";

/** What is new, for the list that is the first thing of the next start too. */
export function News({ rows, said }: { rows: RowsOf<Answer<"/api/inbox">>; said: string | undefined }) {
  useEffect(() => rememberFirstCall("/", "/api/inbox"), []);
  return <ListNews rows={rows} said={said} />;
}

export function Nothing({ q, urgent, clear }: { q: string; urgent: boolean; clear: () => void }) {
  if (q === "" && !urgent) return <EmptyState action={<a class="button button-outline" href="/lich-su">{inboxStates.seeHistory}</a>}>{inboxStates.empty}</EmptyState>;
  return (
    <EmptyState icon="search" action={<button type="button" class="button button-outline" onClick={clear}>{lists.clearFilter}</button>}>
      {q === "" ? inboxStates.emptyUrgent : say(lists.noResult, { "từ khóa": q })}
    </EmptyState>
  );
}

/** What is shown is as old as `since`. */
export function Stale({ since }: { since: Date }) {
  return <>{say(states.stale, { giờ: clockTime(since) })}</>;
}

export function Failed({ problem, onRetry }: { problem: Problem; onRetry: () => void }) {
  return <ErrorState happened={inboxStates.failed} supportCode={problem.supportCode} onRetry={onRetry} />;
}

const rowMenu = () => import("./row-menu");

/** Fetched with the first tap on a "⋯". */
export function Menu({ row, onClose }: { row: Row; onClose: () => void }) {
  const fetched = useFetched(rowMenu);
  if (fetched.at === "failed") return <p class="banner banner-warning" role="alert">{states.screenFailed}</p>;
  return fetched.at === "here" ? <fetched.module.RowMenu row={row} onClose={onClose} /> : null;
}

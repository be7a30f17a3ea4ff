/** The half of the inbox that its first paint does not need; it comes with `later`. */
import { EmptyState } from "../../ui/states";
import { say } from "../../words/say";
import { inbox as words } from "../../words/vi/inbox";
import { rows as rowWords } from "../../words/vi/rows";

export { News, Next } from "../../dossier/live-rows";
export { SearchBox } from "../../dossier/search-box";
export { amountInWords } from "../../words/amount-in-words";

export function Nothing({ q, urgent, clear }: { q: string; urgent: boolean; clear: () => void }) {
  if (q === "" && !urgent) return <EmptyState action={<a class="button button-outline" href="/lich-su">{words.seeHistory}</a>}>{words.empty}</EmptyState>;
  return (
    <EmptyState icon="search" action={<button type="button" class="button button-outline" onClick={clear}>{rowWords.clearFilter}</button>}>
      {q === "" ? words.emptyUrgent : say(rowWords.noResult, { "từ khóa": q })}
    </EmptyState>
  );
}

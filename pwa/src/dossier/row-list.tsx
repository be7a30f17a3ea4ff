/** The rows of a list, its pill of news, and its next page. */
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { say } from "../words/say";
import { rows as words } from "../words/vi/rows";
import { newOnes } from "./merge-rows";
import type { Row } from "./types";
import type { Page, Rows, RowsControl } from "./use-rows";

type Ready<P extends Page> = Extract<Rows<P>, { at: "ready" }>;

export interface RowListProps<P extends Page> {
  state: Ready<P>;
  control: RowsControl<P>;
  label: string;
  /** Only these of the rows. */
  only?: (row: Row) => boolean;
  children: (row: Row, marks: { gone: boolean; fresh: boolean }) => ComponentChildren;
}

export function RowList<P extends Page>({ state, control, label, only, children }: RowListProps<P>) {
  const list = useRef<HTMLUListElement>(null);
  const { rows, gone, fresh } = state.shown;
  const news = newOnes(state.shown);
  const look = () => {
    list.current?.querySelector<HTMLElement>("[data-fresh] a")?.focus();
    control.tidy();
  };
  return (
    <>
      {news > 0 && <div class="pill-place"><button type="button" class="pill" onClick={look}>{say(words.newItems, { n: news })}</button></div>}
      <ul ref={list} class="row-list" aria-label={label}>
        {(only ? rows.filter(only) : rows).map((row) => children(row, { gone: gone.has(row.id), fresh: fresh.has(row.id) }))}
      </ul>
      {state.cursor !== null && <Next key={state.cursor} more={state.more} onMore={control.more} />}
    </>
  );
}

const SAID = { idle: words.more, loading: words.loadingMore, failed: words.moreFailed } as const;

/** Comes by itself shortly before it is needed; a button all the same, for keyboards and after a failure. */
function Next({ more, onMore }: { more: "idle" | "loading" | "failed"; onMore: () => void }) {
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!button.current) return;
    const eye = new IntersectionObserver(([seen]) => seen?.isIntersecting && onMore(), { rootMargin: "400px" });
    eye.observe(button.current);
    return () => eye.disconnect();
  }, [onMore]);
  return <button ref={button} type="button" class="next-page" aria-busy={more === "loading" ? "true" : undefined} onClick={onMore}>{SAID[more]}</button>;
}

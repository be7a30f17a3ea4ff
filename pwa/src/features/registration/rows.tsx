/** A table as a list of cards: each opens its own screen, each can be taken out. */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { Button } from "../../ui/button";
import { IconButton } from "../../ui/icon-button";
import { Icon, type IconName } from "../../ui/icons";
import { Sheet } from "../../ui/sheet";
import { say } from "../../words/say";
import { registering as words } from "../../words/vi/registering";

export interface RowShown {
  key: string;
  title: string;
  lines: readonly string[];
  badge?: ComponentChildren;
  /** Something in this row is to be mended. */
  wrong: boolean;
}

export interface RowsProps {
  id: string;
  rows: readonly RowShown[];
  icon: IconName;
  empty: string;
  add: string;
  most: number;
  error?: string | undefined;
  onAdd: () => void;
  onOpen: (at: number) => void;
  onRemove: (at: number) => void;
}

export function Rows({ id, rows, icon, empty, add, most, error, onAdd, onOpen, onRemove }: RowsProps) {
  const [removing, setRemoving] = useState<number>();
  const going = removing === undefined ? undefined : rows[removing];
  return (
    <div class="stack" id={id} tabIndex={-1}>
      {rows.length === 0 && <p class="muted">{empty}</p>}
      {rows.length > 0 && (
        <ul class="row-list">
          {rows.map((row, at) => (
            <li key={row.key} class={row.wrong ? "entry entry-wrong" : "entry"}>
              <button type="button" class="entry-open" onClick={() => onOpen(at)}>
                <span class="tile"><Icon name={row.wrong ? "error" : icon} /></span>
                <span class="choice-text">
                  <span class="choice-title">{row.title}</span>
                  {row.lines.map((line) => <span key={line} class="muted small">{line}</span>)}
                  {row.wrong && <span class="small entry-said">{words.stepState.wrong}</span>}
                  {row.badge}
                </span>
                <Icon name="forward" />
              </button>
              <IconButton name={say(words.removeNamed, { tên: row.title })} icon="close" onClick={() => setRemoving(at)} />
            </li>
          ))}
        </ul>
      )}
      {error && <p class="field-error"><Icon name="error" />{error}</p>}
      {rows.length < most ? <Button kind="outline" icon="plus" wide onClick={onAdd}>{add}</Button> : <p class="muted">{say(words.many, { n: most })}</p>}
      {going && removing !== undefined && (
        <Sheet
          open
          title={say(words.removeTitle, { tên: going.title })}
          onClose={() => setRemoving(undefined)}
          actions={<><Button kind="outline" onClick={() => setRemoving(undefined)}>{words.keep}</Button><Button kind="danger" guard onClick={() => { onRemove(removing); setRemoving(undefined); }}>{words.remove}</Button></>}
        >
          <p>{words.removeBody}</p>
        </Sheet>
      )}
    </div>
  );
}

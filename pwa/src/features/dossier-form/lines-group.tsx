/** Second group: the rows of the table, their sum in figures and words. */
import { Amount } from "../../ui/amount";
import { Button } from "../../ui/button";
import { IconButton } from "../../ui/icon-button";
import { Field, MoneyField, TextArea } from "../../ui/field";
import { focusField } from "../../ui/focus-field";
import { Icon } from "../../ui/icons";
import { amountInWords } from "../../words/amount-in-words";
import { say } from "../../words/say";
import { dossier as words } from "../../words/vi/dossier";
import { MOST_LINES } from "./draft";
import { Fold } from "./fold";
import type { GroupProps } from "./group-props";
import { fieldId } from "./places";
import { freshKey, LINE_CODES, totalOf, wordsOf, type LineCode, type LineForm } from "./voucher";

const CODE_LENGTH: Record<LineCode, number> = { economic_item_code: 4, chapter_code: 3, sector_code: 3, fund_source_code: 2 };

export function LinesGroup({ voucher, removed, said, change }: GroupProps) {
  const add = () => {
    const key = freshKey();
    change({ do: "add-line", voucher: voucher.key, key });
    requestAnimationFrame(() => focusField(fieldId(voucher.key, "content", key)));
  };
  return (
    <div class="stack">
      {voucher.lines.map((line, index) => <Line key={line.key} voucher={voucher.key} line={line} index={index} count={voucher.lines.length} said={said} change={change} />)}
      {removed?.what === "line" && removed.voucher === voucher.key && (
        <div class="note" role="status">
          <span class="grow">{say(words.lineRemoved, { thứ: removed.at + 1 })}</span>
          <Button kind="quiet" icon="return" onClick={() => change({ do: "put-back" })}>{words.putBack}</Button>
        </div>
      )}
      <Button kind="outline" icon="plus" wide disabled={voucher.lines.length >= MOST_LINES} onClick={add}>{words.addLine}</Button>
      <Total id={fieldId(voucher.key, "total")} total={totalOf(voucher)} error={said[fieldId(voucher.key, "total")]} />
    </div>
  );
}

interface LineProps {
  voucher: string;
  line: LineForm;
  index: number;
  count: number;
  said: GroupProps["said"];
  change: GroupProps["change"];
}

function Line({ voucher, line, index, count, said, change }: LineProps) {
  const id = (field: string) => fieldId(voucher, field, line.key);
  const at = index + 1;
  const coded = LINE_CODES.some((code) => line[code] !== "" || said[id(code)] !== undefined);
  const type = (field: Exclude<keyof LineForm, "key">) => (value: string) => change({ do: "type-line", voucher, line: line.key, field, value });
  return (
    <fieldset class="line-card">
      <legend class="visually-hidden">{say(words.lineTitle, { thứ: at })}</legend>
      <div class="line-head">
        <span class="line-title" aria-hidden="true">{say(words.lineTitle, { thứ: at })}</span>
        {count > 1 && (
          <>
            <IconButton name={say(words.moveUp, { thứ: at })} icon="up" aria-disabled={index === 0 ? "true" : undefined} onClick={() => change({ do: "move-line", voucher, line: line.key, by: -1 })} />
            <IconButton name={say(words.moveDown, { thứ: at })} icon="down" aria-disabled={index === count - 1 ? "true" : undefined} onClick={() => change({ do: "move-line", voucher, line: line.key, by: 1 })} />
          </>
        )}
        <IconButton name={say(words.removeLine, { thứ: at })} icon="close" onClick={() => change({ do: "remove-line", voucher, line: line.key })} />
      </div>
      <TextArea id={id("content")} label={words.lineContent} error={said[id("content")]} value={line.content} max={500} rows={2} onValue={type("content")} />
      <MoneyField id={id("amount")} label={words.amount} error={said[id("amount")]} value={line.amount} enterKeyHint="next" inWords={amountInWords} onValue={type("amount")} />
      <Fold title={words.budgetCodes} open={coded}>
        <div class="field-grid">
          {LINE_CODES.map((code) => (
            <Field key={code} id={id(code)} label={words.codes[code]} hint={words.codeHints[code]} error={said[id(code)]} value={line[code]} maxLength={CODE_LENGTH[code]} inputMode="numeric" autocomplete="off" onValue={type(code)} />
          ))}
        </div>
      </Fold>
    </fieldset>
  );
}

function Total({ id, total, error }: { id: string; total: bigint; error: string | undefined }) {
  return (
    <div class="total-box" id={id} tabIndex={-1}>
      <span class="total-label">{words.total}</span>
      <Amount value={String(total)} size="title" />
      <p class="total-words" aria-live="polite">{wordsOf(total) || words.noAmount}</p>
      {error && <p class="field-error"><Icon name="error" />{error}</p>}
    </div>
  );
}

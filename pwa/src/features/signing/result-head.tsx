/** Head of a result: a large drawing, the title of the screen with the focus on it, and which voucher it is about. */
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { goBack } from "../../links";
import { takeTitleFocus } from "../../router";
import { IconButton } from "../../ui/icon-button";
import { figures } from "../../ui/format";
import { Icon, type IconName } from "../../ui/icons";
import { say } from "../../words/say";
import { result as words } from "../../words/vi/result";
import { money } from "../../words/vi/money";
import { shell } from "../../words/vi/shell";
import type { Signing } from "./ending";

export interface ResultHeadProps {
  tone: "good" | "quiet" | "warning" | "danger" | "unclear";
  icon: IconName;
  title: string;
  signing: Signing;
  children?: ComponentChildren;
}

export function ResultHead({ tone, icon, title, signing, children }: ResultHeadProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} – ${shell.appName}`;
    takeTitleFocus();
    heading.current?.focus({ preventScroll: true });
  }, [title]);
  return (
    <div class={`result-head result-${tone}`}>
      <IconButton class="result-close" name={words.toList} icon="close" onClick={() => goBack("/")} />
      <span class="result-picture"><Icon name={icon} /></span>
      <h1 ref={heading} tabIndex={-1}>{title}</h1>
      <p class="result-voucher">
        <span>{say(words.voucherNumber, { số: signing.voucher_no })}</span>
        <span> · </span>
        <span>{say(money.amount, { số: figures(signing.amount) })}</span>
      </p>
      {children}
    </div>
  );
}

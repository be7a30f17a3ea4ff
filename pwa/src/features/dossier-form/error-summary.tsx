/** All that must be mended, each a link to its field. Takes the focus when somebody asked for it, never from a hand that types. */
import { useEffect, useRef } from "preact/hooks";
import { say } from "../../words/say";
import { controls } from "../../words/vi/controls";
import { nameOf } from "./mistake-words";
import { stepOf, type Mistake } from "./places";

export function ErrorSummary({ mistakes, vouchers, base, asked }: { mistakes: readonly Mistake[]; vouchers: number; base: string; asked: boolean }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (asked) heading.current?.focus({ preventScroll: true });
  }, [asked]);
  return (
    <section class="card card-danger error-summary" aria-labelledby="error-summary-title">
      <h2 class="card-title" id="error-summary-title" ref={heading} tabIndex={-1}>{say(controls.errorSummary, { n: mistakes.length })}</h2>
      <ul>
        {mistakes.map((mistake) => (
          <li key={mistake.id + mistake.sentence}><a href={fieldLink(base, mistake)}>{nameOf(mistake, vouchers)}</a></li>
        ))}
      </ul>
    </section>
  );
}

export function fieldLink(base: string, mistake: Mistake): string {
  return `${base}?buoc=${stepOf(mistake)}&o=${encodeURIComponent(mistake.id)}`;
}

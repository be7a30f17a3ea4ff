/** All that must be mended, each a link to its field; takes the focus when it appears. */
import { useEffect, useRef } from "preact/hooks";
import { say } from "../../words/say";
import { controls } from "../../words/vi/controls";
import { nameOf } from "./mistake-words";
import { stepOf, type Mistake } from "./places";

export function ErrorSummary({ mistakes, vouchers, base }: { mistakes: readonly Mistake[]; vouchers: number; base: string }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
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

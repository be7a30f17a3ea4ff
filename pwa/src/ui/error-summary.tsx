/** All that must be mended, each a link to its field. Takes the focus when somebody asked for it, never from a hand that types. */
import { useEffect, useRef } from "preact/hooks";
import { say } from "../words/say";
import { controls } from "../words/vi/controls";

export interface Wrong {
  href: string;
  text: string;
}

/** `asked`: changes whenever somebody asked what is wrong; undefined while nobody has. */
export function ErrorSummary({ wrong, asked }: { wrong: readonly Wrong[]; asked: number | undefined }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (asked === undefined) return;
    heading.current?.focus({ preventScroll: true });
    heading.current?.scrollIntoView({ block: "center" });
  }, [asked]);
  return (
    <section class="card card-danger error-summary" aria-labelledby="error-summary-title">
      <h2 class="card-title" id="error-summary-title" ref={heading} tabIndex={-1}>{say(controls.errorSummary, { n: wrong.length })}</h2>
      <ul>
        {wrong.map(({ href, text }) => <li key={href + text}><a href={href}>{text}</a></li>)}
      </ul>
    </section>
  );
}

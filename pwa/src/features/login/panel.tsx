/** The frame of everything beside the log-in form itself: a title that takes the focus, one sentence, the rest. */
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

export function Panel({ title, lead, children }: { title: string; lead: string; children: ComponentChildren }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (!heading.current?.parentElement?.parentElement?.contains(document.activeElement)) heading.current?.focus({ preventScroll: true });
  }, [title]);
  return (
    <div class="login-form">
      <div>
        <h1 ref={heading} class="login-title" tabIndex={-1}>{title}</h1>
        <p class="login-lead">{lead}</p>
      </div>
      {children}
    </div>
  );
}

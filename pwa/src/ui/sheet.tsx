/**
 * A sheet over the screen: from the bottom on phones, in the middle on tablets. The browser's own `<dialog>` makes the
 * rest inert; Esc, the back gesture of the dialog and the close button all end in `onClose`, and focus goes back.
 */
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { controls } from "../words/vi/controls";
import { IconButton } from "./icon-button";

export interface SheetProps {
  open: boolean;
  title: string;
  onClose: () => void;
  /** At most two buttons; they stay in sight below the scrolling content. */
  actions?: ComponentChildren;
  children: ComponentChildren;
}

export function Sheet(props: SheetProps) {
  return props.open ? <OpenSheet {...props} /> : null;
}

function OpenSheet({ title, onClose, actions, children }: SheetProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const titleId = useId();
  useEffect(() => {
    const before = document.activeElement;
    dialog.current?.showModal();
    // The title first, never a commit button: a key pressed by habit must not decide anything.
    heading.current?.focus();
    return () => {
      dialog.current?.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      class="sheet"
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => event.target === event.currentTarget && onClose()}
    >
      <div class="sheet-body">
        <div class="sheet-head">
          <h2 id={titleId} ref={heading} tabIndex={-1}>{title}</h2>
          <IconButton name={controls.close} icon="close" onClick={onClose} />
        </div>
        <div class="sheet-content">{children}</div>
        {actions && <div class="sheet-actions">{actions}</div>}
      </div>
    </dialog>
  );
}

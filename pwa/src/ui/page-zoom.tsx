/** All pages of a document full-screen, with zoom. Pinch, double tap and swipe each have a visible button. */
import { useEffect, useId, useRef } from "preact/hooks";
import { controls } from "../words/vi/controls";
import { IconButton } from "./icon-button";
import { PageTurner } from "./page-turner";
import type { PagePicture } from "./page-viewer";
import { ZoomFrame } from "./zoom-frame";

export interface PageZoomProps {
  pages: readonly PagePicture[];
  index: number;
  turn: (by: number) => void;
  onClose: () => void;
}

export function PageZoom({ pages, index, turn, onClose }: PageZoomProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  const page = pages[index];
  useEffect(() => {
    const before = document.activeElement;
    dialog.current?.showModal();
    return () => {
      dialog.current?.close();
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  const onKey = (event: KeyboardEvent) => {
    if (event.key === "ArrowRight") turn(1);
    if (event.key === "ArrowLeft") turn(-1);
  };
  return (
    <dialog ref={dialog} class="viewer" aria-labelledby={titleId} onKeyDown={onKey} onCancel={(event) => { event.preventDefault(); onClose(); }}>
      <div class="viewer-head">
        <h2 id={titleId} class="visually-hidden">{controls.pageViewer}</h2>
        <IconButton name={controls.close} icon="close" onClick={onClose} />
        <PageTurner index={index} count={pages.length} turn={turn} />
      </div>
      {page && <ZoomFrame key={page.src} page={page} turn={turn} />}
    </dialog>
  );
}

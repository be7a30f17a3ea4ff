/**
 * Pictures of a document's pages: one in the flow of the screen, and all of them full-screen with zoom.
 *
 * Pinch, double tap and swipe each have a visible button. Does not: fetch anything but the pictures' own addresses, or
 * keep them.
 */
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { say } from "../words/say";
import { controls } from "../words/vi/controls";
import { Button } from "./button";
import { IconButton } from "./icon-button";
import { ZoomFrame } from "./zoom-frame";

export interface PagePicture {
  src: string;
  /** A larger picture of the same page, fetched when it is opened full-screen. */
  zoomSrc?: string;
  /** What the picture shows, in a sentence. */
  alt: string;
  width: number;
  height: number;
}

export interface PageViewerProps {
  pages: readonly PagePicture[];
  caption?: string;
  /** Called once page 1 is really on the screen: nothing may be signed before. */
  onFirstPageShown?: () => void;
  /** Page 1 could not be shown. */
  onFailed?: () => void;
}

type Shown = "loading" | "shown" | "failed";

export function PageViewer({ pages, caption, onFirstPageShown, onFailed }: PageViewerProps) {
  const [index, setIndex] = useState(0);
  const [full, setFull] = useState(false);
  const [shown, setShown] = useState<Shown>("loading");
  const [attempt, setAttempt] = useState(0);
  const page = pages[index];
  if (!page) return null;
  const turn = (by: number) => {
    setShown("loading");
    setIndex(Math.min(pages.length - 1, Math.max(0, index + by)));
  };
  const arrived = () => {
    setShown("shown");
    if (index === 0) onFirstPageShown?.();
  };
  const failed = () => {
    setShown("failed");
    if (index === 0) onFailed?.();
  };
  return (
    <figure class="pages">
      <button type="button" class="page-button" aria-label={say(controls.openPage, { trang: index + 1 })} onClick={() => setFull(true)}>
        <img key={`${page.src}#${attempt}`} class={`page-picture page-${shown}`} src={page.src} alt={page.alt} width={page.width} height={page.height} decoding="async" onLoad={arrived} onError={failed} />
      </button>
      {shown === "failed" && (
        <div class="page-failed" role="alert">
          <p>{controls.pageFailed}</p>
          <Button kind="outline" icon="refresh" onClick={() => { setShown("loading"); setAttempt(attempt + 1); }}>{controls.reloadPage}</Button>
        </div>
      )}
      <PageTurner index={index} count={pages.length} turn={turn} />
      {caption && <figcaption class="muted">{caption}</figcaption>}
      {full && <FullScreen pages={pages} index={index} turn={turn} onClose={() => setFull(false)} />}
    </figure>
  );
}

function PageTurner({ index, count, turn }: { index: number; count: number; turn: (by: number) => void }) {
  return (
    <div class="page-turner">
      <IconButton name={controls.previousPage} icon="back" aria-disabled={index === 0} onClick={() => turn(-1)} />
      <span role="status" class="figures">{say(controls.pageOf, { trang: index + 1, tổng: count })}</span>
      <IconButton name={controls.nextPage} icon="forward" aria-disabled={index === count - 1} onClick={() => turn(1)} />
    </div>
  );
}

function FullScreen({ pages, index, turn, onClose }: { pages: readonly PagePicture[]; index: number; turn: (by: number) => void; onClose: () => void }) {
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

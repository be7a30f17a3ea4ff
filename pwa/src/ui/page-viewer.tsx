/**
 * Pictures of a document's pages: one in the flow of the screen, and all of them full-screen with zoom.
 *
 * Pinch, double tap and swipe each have a visible button. Does not: fetch anything but the pictures' own addresses, or
 * keep them.
 */
import { useState } from "preact/hooks";
import { say } from "../words/say";
import { controls } from "../words/vi/controls";
import { states } from "../words/vi/states";
import { Button } from "./button";
import { Icon } from "./icons";
import { PageTurner } from "./page-turner";
import type { PageZoomProps } from "./page-zoom";
import { useFetched } from "./use-fetched";

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
  const page = pages[index];
  if (!page) return null;
  const turn = (by: number) => {
    setShown("loading");
    setIndex(Math.min(pages.length - 1, Math.max(0, index + by)));
  };
  const arrived = () => {
    setShown("shown");
    void pageZoom().catch(() => undefined);
    if (index === 0) onFirstPageShown?.();
  };
  const failed = () => {
    setShown("failed");
    if (index === 0) onFailed?.();
  };
  return (
    <figure class="pages">
      {shown === "failed" ? (
        <div class="page-failed" role="alert">
          <Icon name="alert" />
          <p>{controls.pageFailed}</p>
          <Button kind="outline" icon="refresh" onClick={() => setShown("loading")}>{controls.reloadPage}</Button>
        </div>
      ) : (
        <button type="button" class="page-button" aria-label={say(controls.openPage, { trang: index + 1 })} onClick={() => setFull(true)}>
          <img key={page.src} class={`page-picture page-${shown}`} src={page.src} alt={page.alt} width={page.width} height={page.height} decoding="async" onLoad={arrived} onError={failed} />
        </button>
      )}
      <PageTurner index={index} count={pages.length} turn={turn} />
      {caption && <figcaption class="muted">{caption}</figcaption>}
      {full && <FullScreen pages={pages} index={index} turn={turn} onClose={() => setFull(false)} />}
    </figure>
  );
}

/** Fetched by the first tap on a page, and before that while the person reads. */
const pageZoom = () => import("./page-zoom");

function FullScreen(props: PageZoomProps) {
  const fetched = useFetched(pageZoom);
  if (fetched.at === "failed") return <p class="banner banner-warning" role="alert">{states.screenFailed}</p>;
  return fetched.at === "here" ? <fetched.module.PageZoom {...props} /> : null;
}

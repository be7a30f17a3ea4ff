/** Pictures of exactly the bytes that are signed, with their fingerprint and the file itself. */
import { useMemo } from "preact/hooks";
import type { Dossier, DossierDocument } from "../../dossier/types";
import { ButtonLink } from "../../ui/button";
import { Card } from "../../ui/card";
import { PageViewer, type PagePicture } from "../../ui/page-viewer";
import { say } from "../../words/say";
import { review as words } from "../../words/vi/review";

/** Of each document, whether its first page is on the screen. */
export type Seen = "loading" | "shown" | "failed";

const WIDTHS = [720, 1080, 1440] as const;
const [, MIDDLE, LARGEST] = WIDTHS;
const RATIO = 297 / 210;
/** A picture a little smaller than the screen's own points is half the bytes, and zoomed it is fetched anew anyway. */
const HARDLY_SEEN = 0.9;

export interface DocumentsProps {
  dossier: Dossier;
  /** These files are what this person is about to sign. */
  toSign: boolean;
  onSeen: (document: DossierDocument, seen: Seen) => void;
}

export function Documents({ dossier, toSign, onSeen }: DocumentsProps) {
  const many = dossier.documents.length;
  const title = toSign ? words.toBeSigned : words.document;
  return (
    <>
      {dossier.documents.map((document, index) => (
        <Card key={document.id} title={many > 1 ? say(words.documentOf, { tên: title, n: index + 1, tổng: many }) : title}>
          <OneDocument document={document} toSign={toSign} onSeen={onSeen} />
        </Card>
      ))}
    </>
  );
}

function OneDocument({ document, toSign, onSeen }: { document: DossierDocument } & Omit<DocumentsProps, "dossier">) {
  const pages = useMemo(() => pagesOf(document), [document.id]);
  const caption = toSign ? words.captionSign : document.revision === "form" ? undefined : words.captionSigned;
  return (
    <div class="document">
      <PageViewer pages={pages} {...(caption && { caption })} onFirstPageShown={() => onSeen(document, "shown")} onFailed={() => onSeen(document, "failed")} />
      <div class="document-foot">
        <p class="fingerprint">{say(words.fingerprint, { "8 ký tự": document.short_digest })}</p>
        <ButtonLink kind="quiet" icon="download" href={document.pdf_url} download={document.filename}>{words.downloadPdf}</ButtonLink>
      </div>
    </div>
  );
}

/** Sharp enough for this screen, no larger: the first page is what signing waits for. Zoomed, the largest is fetched. */
function pagesOf(document: DossierDocument): PagePicture[] {
  // Of the window the width would have to be laid out first, and in the midst of drawing.
  const needed = Math.min(screen.width, 640) * Math.min(devicePixelRatio, 2) * HARDLY_SEEN;
  const width = WIDTHS.find((one) => one >= needed) ?? MIDDLE;
  return document.page_urls.map((url, index) => ({
    src: `${url}?w=${width}`,
    zoomSrc: `${url}?w=${LARGEST}`,
    alt: say(words.pageAlt, { trang: index + 1, tên: document.filename }),
    width,
    height: Math.ceil(width * RATIO),
  }));
}

/** The generated declarations: each with its pages to read and to print. */
import { ButtonLink } from "../../ui/button";
import { Card } from "../../ui/card";
import { PageViewer } from "../../ui/page-viewer";
import { say } from "../../words/say";
import { sending as words } from "../../words/vi/registering-sending";
import type { Api } from "./api";
import type { Registration } from "./parts";

type Declaration = Registration["documents"][number];

/** A4 at the width a phone shows, and twice that for the full screen. */
const WIDTH = 800;
const HEIGHT = 1131;
const ZOOMED = 1600;

export function Declarations({ api, documents, onShown }: { api: Api; documents: readonly Declaration[]; onShown?: (document: string) => void }) {
  return (
    <>
      {documents.map((document) => (
        <Card key={document.id} title={document.filename}>
          <PageViewer pages={pagesOf(api, document)} onFirstPageShown={() => onShown?.(document.id)} />
          <ButtonLink kind="outline" icon="document" wide href={api.pdf(document.id)} target="_blank">{words.print}</ButtonLink>
        </Card>
      ))}
    </>
  );
}

function pagesOf(api: Api, { id, filename, pages, sha256 }: Declaration) {
  // The digest is no part of the question; with it a picture of an older revision is never shown for a newer one.
  return Array.from({ length: pages }, (_, index) => ({
    src: `${api.page(id, index + 1, WIDTH)}&of=${sha256.slice(0, 8)}`,
    zoomSrc: api.page(id, index + 1, ZOOMED),
    alt: say(words.documentPage, { trang: index + 1, tệp: filename }),
    width: WIDTH,
    height: HEIGHT,
  }));
}

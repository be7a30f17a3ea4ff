/** The generated declarations: each with its pages to read and to print. */
import { ButtonLink } from "../../ui/button";
import { Card } from "../../ui/card";
import { PageViewer } from "../../ui/page-viewer";
import { say } from "../../words/say";
import { sending as words } from "../../words/vi/registering-sending";
import type { Api } from "./api";
import type { Registration } from "./parts";

type Declaration = Registration["documents"][number];

/** A4 at a width the server draws, and twice that for the full screen. */
const WIDTH = 720;
const HEIGHT = 1018;
const ZOOMED = 1440;

/** What became of a first page: nothing is signed before all are shown. */
export type Seen = "shown" | "failed";

export function Declarations({ api, documents, onSeen }: { api: Api; documents: readonly Declaration[]; onSeen?: (document: string, seen: Seen) => void }) {
  return (
    <>
      {documents.map((document) => (
        <Card key={document.id} title={document.filename}>
          <PageViewer pages={pagesOf(api, document)} onFirstPageShown={() => onSeen?.(document.id, "shown")} onFailed={() => onSeen?.(document.id, "failed")} />
          <ButtonLink kind="outline" icon="document" wide href={api.pdf(document.id)} target="_blank">{words.print}</ButtonLink>
        </Card>
      ))}
    </>
  );
}

function pagesOf(api: Api, { id, filename, pages }: Declaration) {
  return Array.from({ length: pages }, (_, index) => ({
    src: api.page(id, index + 1, WIDTH),
    zoomSrc: api.page(id, index + 1, ZOOMED),
    alt: say(words.documentPage, { trang: index + 1, tệp: filename }),
    width: WIDTH,
    height: HEIGHT,
  }));
}

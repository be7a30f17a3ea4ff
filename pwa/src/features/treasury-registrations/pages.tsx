/** The signed declarations as pictures, one file at a time. */
import { useMemo, useState } from "preact/hooks";
import { ButtonLink } from "../../ui/button";
import { Card } from "../../ui/card";
import { Chip } from "../../ui/chip";
import { PageViewer, type PagePicture } from "../../ui/page-viewer";
import { say } from "../../words/say";
import { treasuryRegistrations as words } from "../../words/vi/treasury-registrations";
import { documentUrl } from "./calls";
import type { Declaration, Registration } from "./types";

const WIDTHS = [720, 1080, 1440] as const;
const [, MIDDLE, LARGEST] = WIDTHS;
const RATIO = 297 / 210;

export function Pages({ registration: { id, documents } }: { registration: Registration }) {
  const [chosen, choose] = useState(documents[0]?.id);
  const document = documents.find((one) => one.id === chosen) ?? documents[0];
  return (
    <Card title={words.documents}>
      {document ? (
        <div class="document">
          {documents.length > 1 && (
            <div class="chips" role="group" aria-label={words.documentChoice}>
              {documents.map((one) => <Chip key={one.id} on={one === document} onClick={() => choose(one.id)}>{one.filename}</Chip>)}
            </div>
          )}
          <OneDocument key={document.id} registration={id} document={document} />
        </div>
      ) : (
        <p class="muted">{words.noDocuments}</p>
      )}
    </Card>
  );
}

function OneDocument({ registration, document }: { registration: string; document: Declaration }) {
  const url = documentUrl(registration, document.id);
  const pages = useMemo(() => pagesOf(url, document), [url]);
  return (
    <>
      <PageViewer pages={pages} caption={document.revision === "treasury_signature" ? words.captionTreasury : words.caption} />
      <div class="document-foot">
        <p class="fingerprint">{say(words.fingerprint, { "8 ký tự": document.sha256.slice(0, 8) })}</p>
        <ButtonLink kind="quiet" icon="download" href={`${url}.pdf`} download={document.filename}>{words.download}</ButtonLink>
      </div>
    </>
  );
}

function pagesOf(url: string, { pages, filename }: Declaration): PagePicture[] {
  const needed = Math.min(innerWidth, 640) * Math.min(devicePixelRatio, 2);
  const width = WIDTHS.find((one) => one >= needed) ?? MIDDLE;
  return Array.from({ length: pages }, (_, index) => ({
    src: `${url}/pages/${index + 1}.webp?w=${width}`,
    zoomSrc: `${url}/pages/${index + 1}.webp?w=${LARGEST}`,
    alt: say(words.pageAlt, { trang: index + 1, tên: filename }),
    width,
    height: Math.ceil(width * RATIO),
  }));
}

/** The signed files: to keep, and to have judged. Failing to show them never puts the signature in doubt. */
import { useState } from "preact/hooks";
import { read } from "../../api/client";
import { asProblem, problemFrom, offlineProblem } from "../../api/problem";
import type { components } from "../../api/schema";
import { useLoaded } from "../../api/use-loaded";
import { useEvents } from "../../realtime/use-events";
import { Button } from "../../ui/button";
import { Skeleton } from "../../ui/skeleton";
import { ErrorState } from "../../ui/states";
import { result } from "../../words/vi/result";
import type { Signing } from "./ending";
import { SignaturesSheet } from "./signatures-sheet";

const words = result.signed;
type Document = components["schemas"]["DocumentOut"];

export function SignedFiles({ signing }: { signing: Signing }) {
  const { state, reload } = useLoaded(() => read("/api/dossiers/{dossier_id}", { path: { dossier_id: signing.dossier_id } }), signing.dossier_id);
  useEvents("dossier.changed", (knock) => void (knock.id === signing.dossier_id && reload()));
  switch (state.at) {
    case "loading":
      return <Skeleton shapes={["card"]} />;
    case "failed":
      return <ErrorState signState="signed" happened={words.documentsFailed} onRetry={() => void reload()} />;
    case "ready":
      return <>{state.value.documents.map((document) => <SignedFile key={document.id} document={document} />)}</>;
    default:
      return state satisfies never;
  }
}

type Download = { at: "resting" } | { at: "loading" } | { at: "failed" };

function SignedFile({ document: file }: { document: Document }) {
  const [download, setDownload] = useState<Download>({ at: "resting" });
  const [judging, setJudging] = useState(false);
  const keep = async () => {
    setDownload({ at: "loading" });
    try {
      save(await fetchFile(file.pdf_url), file.filename);
      setDownload({ at: "resting" });
    } catch (error) {
      asProblem(error);
      setDownload({ at: "failed" });
    }
  };
  return (
    <section class="card signed-file">
      <p class="signed-file-name">{file.filename}</p>
      <div class="button-row">
        <Button kind="outline" icon="download" busy={download.at === "loading" && words.downloading} onClick={() => void keep()}>{words.download}</Button>
        <Button kind="outline" icon="shield" onClick={() => setJudging(true)}>{words.verify}</Button>
      </div>
      {download.at === "failed" && <p class="field-error" role="alert">{words.downloadFailed}</p>}
      {judging && <SignaturesSheet documentId={file.id} onClosed={() => setJudging(false)} />}
    </section>
  );
}

async function fetchFile(url: string): Promise<Blob> {
  const answer = await fetch(url).catch(() => {
    throw offlineProblem();
  });
  if (!answer.ok) throw await problemFrom(answer);
  return answer.blob();
}

const RELEASE_AFTER_MS = 60_000;

function save(bytes: Blob, filename: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(bytes);
  link.download = filename;
  link.click();
  // Some browsers read the address only after the click has returned.
  setTimeout(() => URL.revokeObjectURL(link.href), RELEASE_AFTER_MS);
}

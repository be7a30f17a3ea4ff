/** What our own check says of the signatures on every file of a dossier. Only one verdict lets the Treasury receive it. */
import { read } from "../../api/client";
import type { components } from "../../api/schema";
import { useLoaded, type Loaded } from "../../api/use-loaded";
import type { Dossier } from "../../dossier/types";
import { Card } from "../../ui/card";
import { Skeleton } from "../../ui/skeleton";
import { ErrorState } from "../../ui/states";
import { officer as words } from "../../words/vi/officer";
import { Verdict } from "../signing/signatures-sheet";

export type Judgement = components["schemas"]["DocumentSignatures"];

export interface Judgements {
  state: Loaded<Judgement[]> | { at: "not-asked" };
  reload: () => void;
}

export function useJudgements(dossier: Dossier, wanted: boolean): Judgements {
  const ids = dossier.documents.map(({ id }) => id);
  const { state, reload } = useLoaded(() => Promise.all(ids.map(judge)), wanted ? ids.join(" ") : undefined);
  return { state: wanted ? state : { at: "not-asked" }, reload: () => void reload() };
}

function judge(id: string): Promise<Judgement> {
  return read("/api/documents/{document_id}/signatures", { path: { document_id: id } });
}

/** Undefined while nothing is known; the first verdict that is not valid otherwise. */
export function worst(judgements: readonly Judgement[]): Judgement | undefined {
  return judgements.find(({ verdict }) => verdict !== "valid") ?? judgements[0];
}

export function Signatures({ dossier, judgements: { state, reload } }: { dossier: Dossier; judgements: Judgements }) {
  if (state.at === "not-asked" || dossier.documents.length === 0) return null;
  return (
    <Card title={words.signatures}>
      {state.at === "loading" && <><p class="muted" role="status">{words.checking}</p><Skeleton shapes={["line", "line"]} /></>}
      {state.at === "failed" && <ErrorState happened={state.problem.isOffline ? words.checkFailed : state.problem.title} supportCode={state.problem.supportCode} onRetry={reload} />}
      {state.at === "ready" && <div class="stack">{state.value.map((judgement, index) => <div key={dossier.documents[index]?.id} class="judgement stack"><Verdict judgement={judgement} /></div>)}</div>}
    </Card>
  );
}

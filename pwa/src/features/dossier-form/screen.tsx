/** U16: an accountant prepares vouchers and sends them. Chooses between the form, the check, and what stands when neither is possible. */
import { useCallback, useEffect, useState } from "preact/hooks";
import { serverNow } from "../../api/client";
import { asProblem, type Problem } from "../../api/problem";
import { holdUpdates } from "../../install/update";
import { navigate, usePlace } from "../../router";
import type { ScreenProps } from "../../screens";
import { usePerson } from "../../session/person";
import { warnBeforeClosing } from "../../saving/warn";
import { useStore } from "../../store";
import { day } from "../../ui/format";
import { Skeleton } from "../../ui/skeleton";
import { ErrorState } from "../../ui/states";
import { TopBar } from "../../ui/top-bar";
import { dossier as words } from "../../words/vi/dossier";
import { isEditable, type Autosave, type Dossier } from "./autosave";
import { CheckPage } from "./check-page";
import { deskAtHand, hold, openDraft, openKept, openNew, readDossier } from "./desks";
import type { Change } from "./draft";
import { fieldLink } from "./error-summary";
import { FormPage } from "./form-page";
import { sentencesOf, type Mistake, type Sentences } from "./places";
import { withoutAnswered } from "./said";
import { ClosedPage, SentPage } from "./sent-page";

const CHECK = "kiem-tra";

export function Screen({ params }: ScreenProps) {
  const { id: user } = usePerson();
  const id = params["id"];
  return id === undefined ? <NewVoucher key={user} user={user} /> : <OneDraft key={`${user} ${id}`} user={user} id={id} />;
}

/** Today in Vietnam as the form writes days. */
function today(): string {
  return day(serverNow()).split("/").reverse().join("-");
}

function NewVoucher({ user }: { user: string }) {
  const [desk] = useState(() => openNew(user, today()));
  return <Desk desk={desk} />;
}

type Opening =
  | { at: "loading" }
  | { at: "open"; desk: Autosave }
  | { at: "closed"; dossier: Dossier }
  | { at: "failed"; problem: Problem };

function OneDraft({ user, id }: { user: string; id: string }) {
  const [state, setState] = useState<Opening>(() => {
    const desk = deskAtHand(user, id);
    return desk ? { at: "open", desk } : { at: "loading" };
  });
  const load = useCallback(async () => {
    setState({ at: "loading" });
    try {
      const dossier = await readDossier(id);
      setState(isEditable(dossier) ? { at: "open", desk: openDraft(user, dossier) } : { at: "closed", dossier });
    } catch (error) {
      const problem = asProblem(error);
      const kept = problem.isOffline ? openKept(user, id) : undefined;
      setState(kept ? { at: "open", desk: kept } : { at: "failed", problem });
    }
  }, [user, id]);
  useEffect(() => {
    if (state.at === "loading") void load();
  }, [load]);
  switch (state.at) {
    case "loading":
      return <><TopBar title={words.editTitle} back="/ho-so" /><Skeleton shapes={["card", "card"]} /></>;
    case "open":
      return <Desk desk={state.desk} />;
    case "closed":
      return <ClosedPage dossier={state.dossier} onReopened={() => void load()} />;
    case "failed":
      return (
        <>
          <TopBar title={words.editTitle} back="/ho-so" />
          <ErrorState happened={state.problem.isOffline ? words.loadFailed : state.problem.title} advice={state.problem.detail} supportCode={state.problem.supportCode} onRetry={() => void load()} />
        </>
      );
    default:
      return state satisfies never;
  }
}

function Desk({ desk }: { desk: Autosave }) {
  const draft = useStore(desk.draft);
  const save = useStore(desk.state);
  const dossier = useStore(desk.server);
  const place = usePlace();
  const [said, setSaid] = useState<Sentences>({});
  const [sent, setSent] = useState<Dossier>();
  const base = dossier ? `/ho-so/${encodeURIComponent(dossier.id)}/sua` : "/ho-so/moi";
  useEffect(() => hold(desk), [desk]);
  useEffect(() => holdUpdates(), []);
  useEffect(() => keepAddress(base), [base]);
  useEffect(() => (save.at === "clean" ? undefined : warnBeforeClosing()), [save.at === "clean"]);
  useEffect(() => {
    if (save.at === "refused") setSaid((before) => ({ ...before, ...sentencesOf(save.mistakes) }));
  }, [save]);
  const change = (next: Change) => {
    setSaid((before) => withoutAnswered(before, next));
    desk.change(next);
  };
  const toCheck = async () => {
    if (!(await desk.flush({ evenBlank: true }))) return toFirstMistake(desk, base);
    const id = desk.server.get()?.id;
    if (id !== undefined) navigate(`/ho-so/${encodeURIComponent(id)}/sua?buoc=${CHECK}`);
  };
  if (sent) return <SentPage dossier={sent} />;
  if (dossier && new URLSearchParams(place.search).get("buoc") === CHECK) {
    const onChecked = (mistakes: readonly Mistake[]) => setSaid(sentencesOf(mistakes));
    return <CheckPage desk={desk} dossier={dossier} draft={draft} save={save} base={base} onChecked={onChecked} onSent={setSent} />;
  }
  return <FormPage desk={desk} draft={draft} save={save} said={said} mistakes={save.at === "refused" ? save.mistakes : []} base={base} today={today()} isNew={(dossier?.log.length ?? 0) <= 1} change={change} onCheck={toCheck} />;
}

function toFirstMistake(desk: Autosave, base: string): void {
  const save = desk.state.get();
  const [first] = save.at === "refused" ? save.mistakes : [];
  if (first) navigate(fieldLink(base, first));
}

/** Once a new draft has its id the address says so, without a navigation that would take the keyboard away. */
function keepAddress(base: string): void {
  if (location.pathname === "/ho-so/moi" && base !== location.pathname) history.replaceState(history.state, "", base + location.search);
}

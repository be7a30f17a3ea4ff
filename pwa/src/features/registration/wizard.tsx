/**
 * U17: the declaration. One small screen at a time on a phone, a whole step on a tablet, the list of steps at its left on a
 * wide one. Which screen is open stands in the address, so reloading, turning the device and the back gesture keep the place.
 */
import { useEffect, useState } from "preact/hooks";
import { useOnline } from "../../api/use-online";
import { holdUpdates } from "../../install/update";
import { goBack } from "../../links";
import { navigate, usePlace } from "../../router";
import { SaveLine } from "../../saving/save-line";
import { warnBeforeClosing } from "../../saving/warn";
import { useStore } from "../../store";
import { announce } from "../../ui/announce";
import { Button } from "../../ui/button";
import { Card } from "../../ui/card";
import { ErrorSummary } from "../../ui/error-summary";
import { useWantedField } from "../../ui/focus-field";
import { ActionBar, TopBar } from "../../ui/top-bar";
import { say } from "../../words/say";
import { registering as words } from "../../words/vi/registering";
import { saving } from "../../words/vi/saving";
import { AccountsPart, LedgerPart, LedgersPart, LedgerTermPart, RelationPart, RelationsPart } from "./account-parts";
import type { Api, Office } from "./api";
import { CancelDossier } from "./cancel-dossier";
import { CheckPart } from "./check-part";
import { ConflictCard } from "./conflict-card";
import { attend, type Desk } from "./desk";
import { DeviceLink } from "./device-link";
import { GrantsPart } from "./grants-part";
import { PersonPart, ReachPart, RolePart, SigningPart } from "./member-parts";
import { MembersPart } from "./members-part";
import { Note } from "./note";
import type { Choices, PartProps } from "./part";
import { isBlank, signs, type Change, type Draft, type Registration } from "./parts";
import { belongs, listOf, nameOfProblem, sentenceAt } from "./problems";
import { fieldId, fieldOf, pageFrom, placeAt, placeOf, ROW_PAGES, screenNamed, screensOf, searchOf, stepFrom, type Place, type ScreenName, type SmallScreen, WAY } from "./screens";
import { SaveBar } from "./save-bar";
import { StepList } from "./step-list";
import { ContactPart, OfficePart, ServicesPart } from "./unit-parts";

export interface WizardProps {
  office: Office;
  api: Api;
  desk: Desk;
  choices: Choices;
  /** The dossier has moved on: it was saved, completed, or given up. */
  onMoved: (registration: Registration) => void;
}

const PARTS: Record<ScreenName, (props: PartProps) => preact.JSX.Element | null> = {
  office: OfficePart, contact: ContactPart, services: ServicesPart,
  ledgers: LedgersPart, relations: RelationsPart, accounts: AccountsPart, ledger: LedgerPart, "ledger-term": LedgerTermPart, relation: RelationPart,
  members: MembersPart, person: PersonPart, reach: ReachPart, role: RolePart, grants: GrantsPart, signing: SigningPart,
  check: CheckPart,
};

export function Wizard(props: WizardProps) {
  const { office, desk } = props;
  const draft = useStore(desk.draft);
  const server = useStore(desk.server);
  const { search } = usePlace();
  const place = server && placeAt(search, draft);
  useEffect(() => attend(desk), [desk]);
  useEffect(() => holdUpdates(), []);
  useEffect(() => {
    if (server && !place) navigate(office.home + searchOf(firstPlace(server)), { replace: true });
  }, [place === undefined]);
  return server && place ? <OpenWizard {...props} draft={draft} server={server} place={place} /> : null;
}

/** Where to go on: at the first thing missing of the three steps, or at their end. */
function firstPlace({ problems, stage }: Registration): Place {
  const [first] = problems.filter(({ step }) => step < 4);
  if (stage === "draft" && problems.some(({ path }) => path === "unit.treasury_code")) return { screen: screenNamed("office"), row: 0 };
  return first ? placeOf(first.path) : { screen: screenNamed("check"), row: 0 };
}

interface OpenProps extends WizardProps {
  draft: Draft;
  server: Registration;
  place: Place;
}

/** Screens on which somebody asked to go on: only there is said what is wrong. */
const keyOf = ({ screen, row }: Place) => `${screen.name} ${ROW_PAGES[screen.page] ? row : 0}`;

function OpenWizard(props: OpenProps) {
  const { office, api, desk, choices, draft, server, place } = props;
  const { search, visit } = usePlace();
  const save = useStore(desk.state);
  const online = useOnline();
  useEffect(() => (save.at === "clean" ? undefined : warnBeforeClosing()), [save.at === "clean"]);
  const [asked, setAsked] = useState<ReadonlySet<string>>(() => (server.stage === "draft" ? new Set() : new Set(["all"])));
  const [times, setTimes] = useState<number>();
  const [going, setGoing] = useState(false);
  const member = place.screen.page === "member" ? draft.members[place.row] : undefined;
  const skipped: ScreenName[] = member && !signs(member) ? ["signing"] : [];
  const screens = screensOf(place, skipped);
  const wanted = new URLSearchParams(search).get("o");
  useWantedField(wanted && fieldId(fieldOf(wanted)), visit);
  useEffect(() => {
    setTimes(undefined);
    if (!ROW_PAGES[place.screen.page]) dropBlankRows(desk);
    announce(say(words.progressSpoken, { bước: place.screen.step, tên: words.steps[place.screen.step], "màn hình": words.screens[place.screen.name] }));
  }, [keyOf(place)]);

  const atCheck = place.screen.name === "check";
  const hasAsked = (one: Place) => asked.has("all") || asked.has(keyOf(one));
  const shown = server.problems.filter((one) => atCheck || hasAsked(placeOf(one.path)) || hasAsked(listOf(placeOf(one.path))));
  // The fourth step looks at everything; what only it asks for is not said while a person is still being written down.
  // What the server would not even keep is said before all else, wherever it was typed.
  const mistakes = save.at === "refused" ? save.mistakes : [];
  const heard = [...mistakes, ...(server.stage === "draft" ? shown.filter(({ step }) => step < 4) : shown)];
  const said = (path: string) => sentenceAt(heard, path);
  const here = atCheck ? heard : heard.filter(({ path }) => screens.some((screen) => belongs(path, { screen, row: place.row })));

  const summed = here.length > 0 && (times !== undefined || atCheck);
  const unsaid = save.at === "refused" && !(summed && mistakes.some((one) => here.includes(one)));

  const change = (next: Change) => desk.change(next);
  const goTo = (to: Place) => navigate(office.home + searchOf(to));
  const goOn = async (checked: readonly SmallScreen[], to: Place | undefined) => {
    setAsked(new Set([...asked, ...checked.map((screen) => keyOf({ screen, row: place.row }))]));
    setGoing(true);
    const saved = await desk.flush();
    setGoing(false);
    const found = (desk.server.get()?.problems ?? []).filter(({ path, step }) => (step < 4 || server.stage !== "draft") && checked.some((screen) => belongs(path, { screen, row: place.row })));
    const blocking = found.filter(({ step }) => step < 4);
    if (!saved || blocking.length > 0) return setTimes((times ?? 0) + 1);
    if (to) goTo(to);
  };
  const back = (to: Place | undefined) => {
    if (to) navigate(office.home + searchOf(to));
    else goBack(office.exit);
  };
  const part: PartProps = { office, api, desk, draft, server, choices, row: place.row, said, change, goTo };
  return (
    <>
      <TopBar
        key={keyOf(place)}
        title={words.pages[place.screen.page]}
        back={ROW_PAGES[place.screen.page] ? office.home + searchOf(listOf(place)) : office.exit}
        sub={<SaveLine state={save} untouched={server.code ? say(words.codeIs, { mã: server.code }) : words.untouched} />}
      />
      <div class="content wizard-content">
        <StepList office={office} server={server} place={place} asked={hasAsked} />
        <div class="stack wizard-main">
          <Progress place={place} />
          {save.at === "conflict" && <ConflictCard desk={desk} conflict={save} draft={draft} />}
          {online && (save.at === "offline" || save.at === "busy") && <Note tone="warning" role="status">{save.at === "offline" ? saving.offlineLong : save.problem.title}</Note>}
          {unsaid && <Note tone="danger">{mistakes[0] ? nameOfProblem(mistakes[0], draft) : save.problem.title}</Note>}
          {summed && <ErrorSummary asked={times} wrong={here.map((one) => ({ href: office.home + searchOf(placeOf(one.path), one.path), text: nameOfProblem(one, draft, ROW_PAGES[place.screen.page] !== undefined) }))} />}
          {screens.map((screen) => {
            const Part = PARTS[screen.name];
            const drawn = <Part {...part} />;
            return (
              <section key={screen.name} class={screen.name === place.screen.name ? "wizard-screen wizard-now" : "wizard-screen"}>
                {atCheck ? drawn : <Card title={words.screens[screen.name]}>{drawn}</Card>}
              </section>
            );
          })}
          {atCheck && (
            <div class="button-row">
              <DeviceLink kind={server.kind} />
              {server.actions.includes("cancel") && <CancelDossier office={office} api={api} desk={desk} server={server} onMoved={props.onMoved} />}
            </div>
          )}
        </div>
      </div>
      {atCheck ? (
        <SaveBar {...props} onBack={() => back(stepFrom(place, -1, skipped))} onRefused={() => setTimes((times ?? 0) + 1)} />
      ) : (
        <ActionBar reason={online ? undefined : words.offline}>
          <span class="only-narrow"><Button kind="outline" onClick={() => back(stepFrom(place, -1, skipped))}>{words.back}</Button></span>
          <span class="only-narrow wide-primary"><Button busy={going && words.checking} disabled={!online} onClick={() => void goOn([place.screen], stepFrom(place, 1, skipped))}>{words.next}</Button></span>
          <span class="only-wide"><Button kind="outline" onClick={() => back(pageFrom(place, -1))}>{words.back}</Button></span>
          <span class="only-wide wide-primary"><Button busy={going && words.checking} disabled={!online} onClick={() => void goOn(screens, pageFrom(place, 1))}>{words.next}</Button></span>
        </ActionBar>
      )}
    </>
  );
}

/** A row that somebody opened and left empty was never meant. */
function dropBlankRows(desk: Desk): void {
  for (const table of ["ledgers", "relations", "members"] as const) {
    for (let at = desk.draft.get()[table].length - 1; at >= 0; at -= 1) {
      if (isBlank(desk.draft.get(), table, at)) desk.change({ do: "remove", table, at });
    }
  }
}

function Progress({ place: { screen } }: { place: Place }) {
  const at = WAY.findIndex(({ name }) => name === listOf({ screen, row: 0 }).screen.name);
  return (
    <div class="form-progress wizard-progress">
      <p>{say(words.progress, { bước: screen.step, tên: words.steps[screen.step] })}</p>
      <div class="progress-track" aria-hidden="true">{WAY.map(({ name }, index) => <span key={name} class={index <= at ? "progress-part progress-done" : "progress-part"} />)}</div>
    </div>
  );
}

/**
 * The account page: who am I, how I get in, how does the app look, is it installed, the way out. Its sections stand behind
 * it at the same address, told apart by `muc`.
 */
import { useState } from "preact/hooks";
import { asProblem } from "../../api/problem";
import { install, installing, type Installing } from "../../install/prompt";
import { logOut } from "../../session/log-out";
import { usePlace } from "../../router";
import { usePerson } from "../../session/person";
import { deskOf } from "../../session/roles";
import { useStore } from "../../store";
import { Button, ButtonLink } from "../../ui/button";
import { Card, Facts } from "../../ui/card";
import { RadioCards } from "../../ui/field";
import { ErrorState } from "../../ui/states";
import { TopBar } from "../../ui/top-bar";
import { access } from "../../words/vi/access";
import { account as words } from "../../words/vi/account";
import { registrationChange as change } from "../../words/vi/registration-change";
import { install as installWords } from "../../words/vi/install";
import { BlockCard } from "./block-card";
import { ChangePassword } from "./change-password";
import { Devices } from "./devices";
import { Passkeys } from "./passkeys";
import { chooseTheme, chosenTheme } from "./theme";

const SECTIONS = {
  "thiet-bi": { title: access.devices, icon: "phone", Section: Devices },
  "khoa-truy-cap": { title: access.passkeys, icon: "shield", Section: Passkeys },
  "mat-khau": { title: access.changeTitle, icon: "edit", Section: ChangePassword },
} as const;

export function Screen() {
  const name = new URLSearchParams(usePlace().search).get("muc");
  const open = Object.entries(SECTIONS).find(([section]) => section === name)?.[1];
  return open ? (
    <>
      <TopBar title={open.title} back="/tai-khoan" />
      <div class="content"><open.Section /></div>
    </>
  ) : <Home />;
}

function Home() {
  const person = usePerson();
  const facts = [
    { label: words.role, value: person.title_label, strong: true },
    { label: words.unit, value: person.unit?.name ?? person.treasury?.name ?? "–" },
    { label: words.userName, value: person.username },
  ];
  return (
    <>
      <TopBar title={words.title} />
      <div class="content">
        <Card>
          <div class="stack">
            <div class="person-line">
              <span class="avatar" aria-hidden="true">{initials(person.full_name)}</span>
              <div class="grow">
                <p class="muted small">{words.signedInAs}</p>
                <h2>{person.full_name}</h2>
              </div>
            </div>
            <Facts facts={facts} />
          </div>
        </Card>
        {deskOf(person.title) === "approver" && <BlockCard />}
        {person.unit && (
          <Card title={change.entry}>
            <div class="stack">
              <p>{change.entryLead}</p>
              <ButtonLink kind="outline" icon="edit" href="/thay-doi">{change.title}</ButtonLink>
            </div>
          </Card>
        )}
        <Card title={access.security}>
          <div class="stack">
            {Object.entries(SECTIONS).map(([section, { title, icon }]) => <ButtonLink key={section} kind="outline" icon={icon} href={`/tai-khoan?muc=${section}`}>{title}</ButtonLink>)}
          </div>
        </Card>
        <ThemeCard />
        <InstallState />
        <LogOut />
      </div>
    </>
  );
}

/** The last two words of a Vietnamese name: middle and given name. */
function initials(name: string): string {
  return name.trim().split(/\s+/).slice(-2).map((word) => word.charAt(0)).join("").toLocaleUpperCase("vi");
}

function ThemeCard() {
  const [theme, setTheme] = useState(chosenTheme);
  return (
    <Card>
      <RadioCards
        legend={words.look}
        choices={[
          { value: "system", title: words.lookSystem },
          { value: "light", title: words.lookLight },
          { value: "dark", title: words.lookDark },
        ]}
        value={theme}
        onValue={(next) => {
          chooseTheme(next);
          setTheme(next);
        }}
      />
    </Card>
  );
}

const SAID: Record<Installing, string> = {
  installed: words.installed,
  possible: words.canInstall,
  "by-hand": installWords.iosGuide,
  "not-offered": words.notOffered,
  "needs-https": words.plainHttp,
};

function InstallState() {
  const state = useStore(installing);
  return (
    <Card title={words.app}>
      <div class="stack">
        <p>{SAID[state]}</p>
        {state === "possible" && <Button kind="outline" icon="download" onClick={() => void install()}>{installWords.install}</Button>}
      </div>
    </Card>
  );
}

function LogOut() {
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<string>();
  const leave = async () => {
    setBusy(true);
    setFailed(undefined);
    try {
      await logOut();
    } catch (error) {
      const problem = asProblem(error);
      setFailed(problem.isOffline ? words.logOutFailed : problem.title);
      setBusy(false);
    }
  };
  return (
    <>
      {failed && <ErrorState alert happened={failed} />}
      <Button kind="danger" icon="log-out" wide busy={busy && words.loggingOut} onClick={() => void leave()}>{words.logOut}</Button>
    </>
  );
}

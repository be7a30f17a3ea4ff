/**
 * What people see who are not logged in. U1: getting in; the address never changes, so afterwards the person is on the
 * screen they wanted. Only the link of a reset letter has one of its own, `/dang-nhap#…`, whose fragment no server ever
 * sees, and registering a unit, which needs no log-in.
 */
import { useState } from "preact/hooks";
import { csrf } from "../../api/client";
import { later } from "../../later";
import { Load } from "../../panes";
import { usePlace } from "../../router";
import { refreshSession } from "../../session/session";
import { useStore } from "../../store";
import { Icon, Mark, type IconName } from "../../ui/icons";
import { Skeleton } from "../../ui/skeleton";
import { useFetched } from "../../ui/use-fetched";
import { login as words } from "../../words/vi/login";
import { shell } from "../../words/vi/shell";
import { Form, type LoggedIn } from "./form";

type Step = { at: "log-in" } | { at: "first-time"; username: string } | { at: "forgotten"; username: string } | { at: "reset"; token: string };

export function Screen() {
  const { route, params } = usePlace();
  return route?.feature === "registration" ? <Load route={route} params={params} /> : <LogIn />;
}

function LogIn() {
  return (
    <div class="login">
      <aside class="login-aside">
        <Brand />
        <ul class="login-advice">
          {ADVICE.map(({ icon, text }) => <li key={text}><Icon name={icon} /><span>{text}</span></li>)}
        </ul>
      </aside>
      <div class="login-main">
        <div class="login-brand"><Brand /></div>
        <Steps />
        <p class="login-register">
          <span>{words.newUnit}</span> <a href="/dang-ky">{words.register}</a>
        </p>
      </div>
    </div>
  );
}

const ADVICE: readonly { icon: IconName; text: string }[] = [
  { icon: "person", text: words.adviceOwn },
  { icon: "phone", text: words.adviceCompare },
  { icon: "shield", text: words.adviceNobodyAsks },
];

function Brand() {
  return (
    <div class="brand">
      <Mark />
      <div>
        <p class="brand-name">{shell.appName}</p>
        <p class="brand-line">{words.brandLine}</p>
      </div>
    </div>
  );
}

function Steps() {
  const [step, setStep] = useState<Step>(firstStep);
  const toLogIn = () => setStep({ at: "log-in" });
  const loggedIn = async (told: LoggedIn) => {
    if (!told.must_change_password) return refreshSession();
    csrf.token = told.csrf_token;
    setStep({ at: "first-time", username: told.user.username });
  };
  switch (step.at) {
    case "log-in":
      return <Form onLoggedIn={loggedIn} onForgotten={(username) => setStep({ at: "forgotten", username })} />;
    case "first-time":
    case "forgotten":
    case "reset":
      return <Beyond step={step} toLogIn={toLogIn} />;
    default:
      return step satisfies never;
  }
}

const beyond = () => import("./beyond");

function Beyond({ step, toLogIn }: { step: Exclude<Step, { at: "log-in" }>; toLogIn: () => void }) {
  const fetched = useFetched(beyond);
  const afterwards = useStore(later);
  if (fetched.at === "coming") return <Skeleton shapes={["line", "card"]} />;
  if (fetched.at === "failed") return afterwards ? <afterwards.ScreenFailed onRetry={fetched.retry} /> : null;
  const { FirstTime, Forgotten, Reset } = fetched.module;
  switch (step.at) {
    case "first-time":
      return <FirstTime username={step.username} onDone={refreshSession} />;
    case "forgotten":
      return <Forgotten username={step.username} onBack={toLogIn} />;
    case "reset":
      return <Reset token={step.token} onBack={toLogIn} />;
    default:
      return step satisfies never;
  }
}

/** The token leaves the address at once: it must not stay in the history of a shared device. */
function firstStep(): Step {
  const token = location.pathname === "/dang-nhap" ? location.hash.slice(1) : "";
  if (!token) return { at: "log-in" };
  history.replaceState(history.state, "", location.pathname);
  return { at: "reset", token };
}

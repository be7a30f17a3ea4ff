/**
 * U1: getting in. The address never changes, so afterwards the person is on the screen they wanted; only the link of a
 * reset letter has one of its own, `/dang-nhap#…`, whose fragment no server ever sees.
 */
import { useState } from "preact/hooks";
import { csrf } from "../../api/client";
import { refreshSession } from "../../session/session";
import { Icon, Mark, type IconName } from "../../ui/icons";
import { login as words } from "../../words/vi/login";
import { shell } from "../../words/vi/shell";
import { FirstTime } from "./first-time";
import { Forgotten, Reset } from "./forgotten";
import { Form, type LoggedIn } from "./form";

type Step = { at: "log-in" } | { at: "first-time"; username: string } | { at: "forgotten"; username: string } | { at: "reset"; token: string };

export function Screen() {
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

/** On wide screens: the four steps with their screens, ticked, missing or wrong. */
import { Icon, type IconName } from "../../ui/icons";
import { registering as words } from "../../words/vi/registering";
import type { Office } from "./api";
import type { Registration } from "./parts";
import { belongs, listOf } from "./problems";
import { placeOf, searchOf, WAY, type Place, type SmallScreen, type Step } from "./screens";

type State = "done" | "missing" | "wrong";
const ICON: Record<State, IconName> = { done: "check-circle", missing: "clock", wrong: "error" };
const STEPS: readonly Step[] = [1, 2, 3, 4];

export interface StepListProps {
  office: Office;
  server: Registration;
  place: Place;
  /** Whether somebody asked to go on from there. */
  asked: (place: Place) => boolean;
}

/** A table without rows breaks no rule of its own, and is all the same not filled in. */
function isEmpty({ name }: SmallScreen, { content }: Registration): boolean {
  return (name === "ledgers" || name === "relations" || name === "members") && content[name].length === 0;
}

export function StepList({ office, server, place, asked }: StepListProps) {
  const here = listOf(place).screen.name;
  const stateOf = (screen: SmallScreen): State => {
    const problems = server.problems.filter(({ path }) => belongs(path, { screen, row: 0 }));
    if (screen.name === "check") return server.stage === "draft" || server.problems.length > 0 ? "missing" : "done";
    if (problems.length === 0) return isEmpty(screen, server) ? "missing" : "done";
    // What only the fourth step asks for is missing, and not wrong before the first save.
    return problems.some(({ path, step }) => (step < 4 || server.stage !== "draft") && (asked(placeOf(path)) || asked({ screen, row: 0 }))) ? "wrong" : "missing";
  };
  return (
    <nav class="wizard-nav" aria-label={words.stepList}>
      <ol>
        {STEPS.map((step) => (
          <li key={step} class="wizard-step">
            <p class="wizard-step-name">{step}. {words.steps[step]}</p>
            <ol>
              {WAY.filter((screen) => screen.step === step).map((screen) => {
                const state = stateOf(screen);
                return (
                  <li key={screen.name}>
                    <a class={`group-link group-${state === "done" ? "filled" : state}`} href={office.home + searchOf({ screen, row: 0 })} aria-current={screen.name === here ? "step" : undefined}>
                      <Icon name={ICON[state]} />
                      <span class="choice-text"><span>{words.short[screen.name]}</span><span class="small group-said">{words.stepState[state]}</span></span>
                    </a>
                  </li>
                );
              })}
            </ol>
          </li>
        ))}
      </ol>
    </nav>
  );
}

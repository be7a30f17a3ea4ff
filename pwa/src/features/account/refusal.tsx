/** What the server said no to, above the button it concerns. */
import type { Problem } from "../../api/problem";
import { Icon } from "../../ui/icons";
import { say } from "../../words/say";
import { access as words } from "../../words/vi/access";
import { states } from "../../words/vi/states";

export function Refusal({ problem, sentence }: { problem?: Problem | undefined; sentence?: string | undefined }) {
  const title = problem?.isOffline ? words.offline : (problem?.title ?? sentence);
  if (!title) return null;
  return (
    <div class="note note-warning" role="alert">
      <Icon name="alert" />
      <div class="grow">
        <p>{title}</p>
        {problem?.detail && !problem.supportCode && <p>{problem.detail}</p>}
        {problem?.supportCode && <p class="support-code">{say(states.supportCode, { mã: problem.supportCode })}</p>}
      </div>
    </div>
  );
}

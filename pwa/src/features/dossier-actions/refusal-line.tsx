/** Why an action was not taken, in the server's words; when the dossier moved on, the way to its present state. */
import type { Problem } from "../../api/problem";
import { Button } from "../../ui/button";
import { Icon } from "../../ui/icons";
import { say } from "../../words/say";
import { makerActions as words } from "../../words/vi/maker-actions";
import { states } from "../../words/vi/states";

export function RefusalLine({ problem, lost = words.offline, onReload }: { problem: Problem; lost?: string; onReload?: (() => void) | undefined }) {
  const movedOn = problem.status === 409 || problem.status === 404;
  return (
    <div class="note note-danger" role="alert">
      <Icon name="error" />
      <div class="stack-tight grow">
        <p>{problem.isOffline ? lost : problem.title}</p>
        {problem.detail && <p class="small">{problem.detail}</p>}
        {problem.supportCode && <p class="support-code">{say(states.supportCode, { mã: problem.supportCode })}</p>}
        {movedOn && onReload && <div><Button kind="outline" icon="refresh" onClick={onReload}>{words.reload}</Button></div>}
      </div>
    </div>
  );
}

/** What can be changed, as whole-row targets. */
import { Card } from "../../ui/card";
import { Icon } from "../../ui/icons";
import { registrationChange as words } from "../../words/vi/registration-change";
import { KIND_ICON, type Kind } from "./kinds";

export function KindList<K extends Kind>({ kinds, busy, onChoose }: { kinds: readonly K[]; busy?: boolean; onChoose: (kind: K) => void }) {
  return (
    <Card title={words.kindsTitle}>
      <ul class="link-list">
        {kinds.map((kind) => (
          <li key={kind}>
            <button type="button" class={`link-row plain-row${kind === "terminate" ? " row-danger" : ""}`} aria-disabled={busy ? "true" : undefined} onClick={() => busy || onChoose(kind)}>
              <Icon name={KIND_ICON[kind]} />
              <span class="choice-text grow"><span class="choice-title">{words.kinds[kind].title}</span><span class="small muted">{words.kinds[kind].sub}</span></span>
              <Icon name="forward" />
            </button>
          </li>
        ))}
      </ul>
    </Card>
  );
}

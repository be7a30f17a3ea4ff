/** On tablets: every voucher and its groups with what is still missing, beside the form. */
import { navigate } from "../../router";
import { Amount } from "../../ui/amount";
import { Button } from "../../ui/button";
import { Icon, type IconName } from "../../ui/icons";
import { say } from "../../words/say";
import { dossier as words } from "../../words/vi/dossier";
import { MOST_VOUCHERS, type Draft } from "./draft";
import { groupState, type GroupState } from "./filled";
import { GROUPS, stepOf, type Group, type Sentences } from "./places";
import { totalOf } from "./voucher";

const ICON: Record<GroupState, IconName> = { filled: "check-circle", missing: "clock", wrong: "error" };

export interface GroupNavProps {
  draft: Draft;
  said: Sentences;
  now: { voucher: number; group: Group };
  base: string;
  onAdd: () => void;
}

export function GroupNav({ draft, said, now, base, onAdd }: GroupNavProps) {
  const total = draft.vouchers.reduce((sum, voucher) => sum + totalOf(voucher), 0n);
  return (
    <nav class="group-nav only-wide" aria-label={words.groupList}>
      {draft.vouchers.map((voucher, index) => (
        <div key={voucher.key} class="group-block">
          {draft.vouchers.length > 1 && <p class="group-voucher">{say(words.voucherTitle, { thứ: index + 1 })}</p>}
          <ol>
            {GROUPS.map((group) => {
              const state = groupState(voucher, group, said);
              const here = index === now.voucher && group === now.group;
              const to = `${base}?buoc=${stepOf({ voucher: index, group })}`;
              return (
                <li key={group}>
                  <a class={`group-link group-${state}`} href={to} aria-current={here ? "step" : undefined} onClick={(event) => go(event, to, group)}>
                    <Icon name={ICON[state]} />
                    <span class="choice-text">
                      <span>{words.groups[group]}</span>
                      <span class="small group-said">{words.groupState[state]}</span>
                    </span>
                  </a>
                </li>
              );
            })}
          </ol>
        </div>
      ))}
      {draft.vouchers.length < MOST_VOUCHERS && <Button kind="quiet" icon="plus" wide onClick={onAdd}>{words.addVoucher}</Button>}
      <div class="group-total">
        <span class="muted small">{words.dossierTotal}</span>
        <Amount value={String(total)} size="title" />
      </div>
    </nav>
  );
}

/** All groups are on the page already: moving between them is no visit of its own. */
function go(event: MouseEvent, to: string, group: Group): void {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  navigate(to, { replace: true });
  requestAnimationFrame(() => document.getElementById(`group-${group}`)?.scrollIntoView({ block: "start", behavior: "smooth" }));
}

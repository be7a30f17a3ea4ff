/** "Hiện tại → Thay đổi": two columns where there is room, one above the other on a phone; read out in pairs everywhere. */
import { Icon } from "../ui/icons";
import { registration } from "../words/vi/registration";
import { byGroup, type DifferenceRow } from "./difference-rows";

const words = registration.difference;

export function Difference({ rows }: { rows: readonly DifferenceRow[] }) {
  return (
    <div class="difference">
      <p class="difference-head" aria-hidden="true"><span>{words.now}</span><span>{words.then}</span></p>
      {byGroup(rows).map(({ group, rows: changed }) => (
        <section key={group} class="difference-group">
          <h3 class="difference-title">{group}</h3>
          <ul>
            {changed.map((row, index) => (
              <li key={`${row.label}-${index}`} class="difference-row">
                <p class="difference-label">{row.label}</p>
                <p class="difference-before"><span class="difference-tag">{words.now}</span> <Value text={row.before} /></p>
                <Icon name="forward" class="difference-arrow" />
                <p class="difference-after"><span class="difference-tag">{words.then}</span> <Value text={row.after} /></p>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}

function Value({ text }: { text: string }) {
  return text === "" ? <span class="difference-nothing">{words.nothing}</span> : <span class="difference-value">{text}</span>;
}

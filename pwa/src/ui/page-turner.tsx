/** Back, which page of how many, forward. */
import { say } from "../words/say";
import { controls } from "../words/vi/controls";
import { IconButton } from "./icon-button";

export function PageTurner({ index, count, turn }: { index: number; count: number; turn: (by: number) => void }) {
  return (
    <div class="page-turner">
      <IconButton name={controls.previousPage} icon="back" aria-disabled={index === 0} onClick={() => turn(-1)} />
      <span role="status" class="figures">{say(controls.pageOf, { trang: index + 1, tổng: count })}</span>
      <IconButton name={controls.nextPage} icon="forward" aria-disabled={index === count - 1} onClick={() => turn(1)} />
    </div>
  );
}

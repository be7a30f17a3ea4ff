/** "?": which keys do what at this desk. */
import { useState } from "preact/hooks";
import { IconButton } from "../../ui/icon-button";
import { Sheet } from "../../ui/sheet";
import { treasuryRegistrations } from "../../words/vi/treasury-registrations";

const words = treasuryRegistrations.keys;
const KEYS = ["arrows", "enter", "space", "tab", "escape"] as const;

export function KeysButton() {
  const [open, setOpen] = useState(false);
  return (
    <>
      <IconButton name={words.open} icon="help" onClick={() => setOpen(true)} />
      <Sheet open={open} title={words.title} onClose={() => setOpen(false)}>
        <dl class="key-list">{KEYS.map((key) => <div key={key}><dt><kbd>{words.names[key]}</kbd></dt><dd>{words[key]}</dd></div>)}</dl>
      </Sheet>
    </>
  );
}

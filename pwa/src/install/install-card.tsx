/** The offer to install the app: after the second visit, never in the way. */
import { useState } from "preact/hooks";
import { useStore } from "../store";
import { Button } from "../ui/button";
import { Icon } from "../ui/icons";
import { install as words } from "../words/vi/install";
import { askLater, install, installing, mayAsk } from "./prompt";

export function InstallCard() {
  const state = useStore(installing);
  const [open, setOpen] = useState(() => mayAsk(Date.now()));
  if (!open || (state !== "possible" && state !== "by-hand")) return null;
  const later = () => {
    askLater(Date.now());
    setOpen(false);
  };
  return (
    <section class="card install-card" aria-labelledby="install-title">
      <span class="tile"><Icon name="download" /></span>
      <div class="grow">
        <h2 id="install-title" class="card-title">{words.ask}</h2>
        <p class="muted">{state === "possible" ? words.why : words.iosGuide}</p>
        {state === "by-hand" && <p class="muted">{words.iosLogin}</p>}
        <div class="button-row">
          {state === "possible" && <Button onClick={() => void install()}>{words.install}</Button>}
          <Button kind="outline" onClick={later}>{words.later}</Button>
        </div>
      </div>
    </section>
  );
}

/** Going on with the dossier on another device: a new link, shown once; the one before it opens nothing any more. */
import { useState } from "preact/hooks";
import { asProblem, type Problem } from "../../api/problem";
import { Button } from "../../ui/button";
import { Field } from "../../ui/field";
import { Sheet } from "../../ui/sheet";
import { registering as words } from "../../words/vi/registering";
import { newLink } from "./api";
import { Note } from "./note";
import type { Registration } from "./parts";

type State = { at: "closed" } | { at: "asking" } | { at: "making" } | { at: "made"; link: string; said?: string } | { at: "failed"; problem: Problem };

export function DeviceLink({ kind }: Pick<Registration, "kind">) {
  const [state, setState] = useState<State>({ at: "closed" });
  // A change belongs to people who log in; it has no link.
  if (kind !== "new") return null;
  const make = async () => {
    setState({ at: "making" });
    try {
      setState({ at: "made", link: `${location.origin}/dang-ky/tiep-tuc#${await newLink()}` });
    } catch (error) {
      setState({ at: "failed", problem: asProblem(error) });
    }
  };
  const copy = async (link: string) => {
    try {
      await navigator.clipboard.writeText(link);
      setState({ at: "made", link, said: words.copied });
    } catch {
      // Over plain HTTP, or forbidden: the link stands in its field.
      setState({ at: "made", link, said: words.copyYourself });
    }
  };
  return (
    <>
      <Button kind="quiet" icon="phone" onClick={() => setState({ at: "asking" })}>{words.device}</Button>
      {state.at !== "closed" && (
        <Sheet
          open
          title={words.device}
          onClose={() => setState({ at: "closed" })}
          actions={state.at === "made" ? <Button icon="copy" onClick={() => void copy(state.link)}>{words.copy}</Button> : <Button guard busy={state.at === "making" && words.deviceMaking} onClick={() => void make()}>{words.deviceMake}</Button>}
        >
          <p>{words.deviceLead}</p>
          {state.at === "failed" && <Note tone="danger">{state.problem.title}</Note>}
          {state.at === "made" && <Field label={words.deviceLink} readOnly value={state.link} onValue={() => undefined} />}
          {state.at === "made" && <p role="status" class="muted">{state.said}</p>}
        </Sheet>
      )}
    </>
  );
}

/** Choosing one of many by typing a part of its name: banks, Treasury offices, payees paid before. */
import { useEffect, useState } from "preact/hooks";
import { useLoaded, type Loaded } from "../../api/use-loaded";
import { Field } from "../../ui/field";
import { Icon, type IconName } from "../../ui/icons";
import { Sheet } from "../../ui/sheet";
import { Skeleton } from "../../ui/skeleton";
import { ErrorState } from "../../ui/states";
import { say } from "../../words/say";
import { dossier as words } from "../../words/vi/dossier";

const QUIET_MS = 250;

export interface Found {
  key: string;
  title: string;
  sub?: string | undefined;
  /** Figures on a line of their own, such as an account number. */
  figures?: string | undefined;
}

export interface SearchSheetProps<T> {
  title: string;
  label: string;
  icon: IconName;
  empty?: string;
  find: (q: string) => Promise<readonly T[]>;
  show: (item: T) => Found;
  onPick: (item: T) => void;
  onClose: () => void;
}

export function SearchSheet<T>({ title, label, icon, empty, find, show, onPick, onClose }: SearchSheetProps<T>) {
  const [typed, setTyped] = useState("");
  const q = useQuiet(typed.trim());
  const { state, reload } = useLoaded(() => find(q), q);
  return (
    <Sheet open title={title} onClose={onClose}>
      <Field label={label} type="search" autocomplete="off" enterKeyHint="search" value={typed} onValue={setTyped} />
      <Results state={state} icon={icon} nothing={q === "" ? (empty ?? "") : say(words.nothingFound, { "từ khóa": q })} show={show} onPick={onPick} retry={() => void reload()} />
    </Sheet>
  );
}

interface ResultsProps<T> {
  state: Loaded<readonly T[]>;
  icon: IconName;
  nothing: string;
  show: (item: T) => Found;
  onPick: (item: T) => void;
  retry: () => void;
}

function Results<T>({ state, icon, nothing, show, onPick, retry }: ResultsProps<T>) {
  switch (state.at) {
    case "loading":
      return <div class="search-results"><Skeleton shapes={["line", "line", "line"]} /></div>;
    case "failed":
      return <ErrorState happened={words.searchFailed} onRetry={retry} />;
    case "ready":
      if (state.value.length === 0) return <p class="muted search-results" role="status">{nothing}</p>;
      return (
        <ul class="link-list search-results">
          {state.value.map((item) => {
            const found = show(item);
            return (
              <li key={found.key}>
                <button type="button" class="link-row plain-row" onClick={() => onPick(item)}>
                  <span class="tile"><Icon name={icon} /></span>
                  <span class="choice-text">
                    <span class="choice-title">{found.title}</span>
                    {found.sub && <span class="muted small">{found.sub}</span>}
                    {found.figures && <span class="muted small figures">{found.figures}</span>}
                  </span>
                </button>
              </li>
            );
          })}
        </ul>
      );
    default:
      return state satisfies never;
  }
}

/** The text once nobody has typed for a moment. */
function useQuiet(text: string): string {
  const [quiet, setQuiet] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setQuiet(text), QUIET_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return quiet;
}

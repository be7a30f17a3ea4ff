/** A part of a screen that is fetched when it is needed. */
import { useEffect, useState } from "preact/hooks";

export type Fetched<T> = { at: "coming" } | { at: "here"; module: T } | { at: "failed"; retry: () => void };

/** `load` is one and the same function at every call, as of a module. */
export function useFetched<T>(load: () => Promise<T>): Fetched<T> {
  const [found, setFound] = useState<Fetched<T>>({ at: "coming" });
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    let gone = false;
    const retry = () => {
      setFound({ at: "coming" });
      setAttempt(attempt + 1);
    };
    load().then((module) => gone || setFound({ at: "here", module }), () => gone || setFound({ at: "failed", retry }));
    return () => {
      gone = true;
    };
  }, [load, attempt]);
  return found;
}

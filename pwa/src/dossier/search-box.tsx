/** The search field of a list. Waits until the typing rests; diacritics do not matter, the server folds them. */
import { useEffect, useRef, useState } from "preact/hooks";
import { Icon } from "../ui/icons";
import { lists } from "../words/vi/lists";

const REST_MS = 250;

export function SearchBox({ value, onValue, eager }: { value: string; onValue: (next: string) => void; eager?: boolean }) {
  const [typed, setTyped] = useState(value);
  const input = useRef<HTMLInputElement>(null);
  const sent = useRef(value);
  const tell = useRef(onValue);
  tell.current = onValue;
  useEffect(() => {
    if (eager) input.current?.focus();
  }, [eager]);
  useEffect(() => {
    // Changed from outside, such as by "clear the filter".
    if (value === sent.current) return;
    sent.current = value;
    setTyped(value);
  }, [value]);
  useEffect(() => {
    if (typed.trim() === sent.current) return;
    const timer = setTimeout(() => {
      sent.current = typed.trim();
      tell.current(sent.current);
    }, REST_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  return (
    <label class="search-box">
      <Icon name="search" />
      <span class="visually-hidden">{lists.search}</span>
      <input ref={input} type="search" class="input" value={typed} placeholder={lists.search} maxLength={100} autocomplete="off" enterKeyHint="search" onInput={(event) => setTyped(event.currentTarget.value)} />
    </label>
  );
}

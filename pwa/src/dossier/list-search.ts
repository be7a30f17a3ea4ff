/**
 * The filters of a list, kept in its address. While one of its items is open the address belongs to the item, so the last
 * one is remembered.
 */
import { useState } from "preact/hooks";
import { usePlace, writeSearch } from "../router";

export function useListSearch(path: string): { search: string; setSearch: (next: string) => void } {
  const place = usePlace();
  const here = place.pathname === path;
  const [kept, keep] = useState(here ? place.search : "");
  const search = here ? place.search : kept;
  if (search !== kept) keep(search);
  const setSearch = (next: string) => {
    keep(next);
    if (here) writeSearch(next);
  };
  return { search, setSearch };
}

/** The same query with some values changed; an empty one is left out. */
export function withParams(search: string, changes: Readonly<Record<string, string>>): string {
  const params = new URLSearchParams(search);
  for (const [name, value] of Object.entries(changes)) {
    if (value) params.set(name, value);
    else params.delete(name);
  }
  return params.size ? `?${params}` : "";
}

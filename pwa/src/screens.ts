/**
 * Finds the screen of a feature by its folder. The inbox is in the first download; every other one is fetched on demand, and
 * where the seldom ones (those of registrations) are to be found is itself fetched on demand.
 */
import type { ComponentType } from "preact";
import { Screen as Inbox } from "./features/inbox/screen";
import { afterwards } from "./later";

export interface ScreenProps {
  params: Readonly<Record<string, string>>;
  /** For lists: the item open beside them. */
  selected?: string | undefined;
}

export type Screen = ComponentType<ScreenProps>;
export interface ScreenModule {
  Screen: Screen;
}

const others = import.meta.glob<ScreenModule>(["./features/*/screen.tsx", "!./features/inbox/screen.tsx", "!./features/*registration*/screen.tsx"]);
const fetched = new Map<string, Screen>([["inbox", Inbox]]);

/** At once when it is here already: then a list is painted in the first frame. */
export function screenAtHand(feature: string): Screen | undefined {
  return fetched.get(feature);
}

export async function screenOf(feature: string): Promise<Screen> {
  const here = screenAtHand(feature);
  if (here) return here;
  const file = `./features/${feature}/screen.tsx`;
  const { Screen } = await (others[file] ?? (await afterwards()).seldom(file))();
  fetched.set(feature, Screen);
  return Screen;
}

/** Finds the screen of a feature by its folder. The inbox is in the first download; every other one is fetched on demand. */
import type { ComponentType } from "preact";

export interface ScreenProps {
  params: Readonly<Record<string, string>>;
  /** For lists: the item open beside them. */
  selected?: string | undefined;
}

export type Screen = ComponentType<ScreenProps>;
interface ScreenModule {
  Screen: Screen;
}

const first = import.meta.glob<ScreenModule>("./features/inbox/screen.tsx", { eager: true });
const others = import.meta.glob<ScreenModule>(["./features/*/screen.tsx", "!./features/inbox/screen.tsx"]);
const fetched = new Map<string, Screen>();

/** At once when it is here already: then a list is painted in the first frame. */
export function screenAtHand(feature: string): Screen | undefined {
  return first[pathOf(feature)]?.Screen ?? fetched.get(feature);
}

export async function screenOf(feature: string): Promise<Screen | undefined> {
  const here = screenAtHand(feature);
  if (here) return here;
  const module = await others[pathOf(feature)]?.();
  if (module) fetched.set(feature, module.Screen);
  return module?.Screen;
}

function pathOf(feature: string): string {
  return `./features/${feature}/screen.tsx`;
}

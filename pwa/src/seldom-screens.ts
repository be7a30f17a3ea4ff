/** Where the screens are that few people open, and those seldom: their addresses are no part of the first download. */
import type { ScreenModule } from "./screens";

const screens = import.meta.glob<ScreenModule>("./features/*registration*/screen.tsx");

export function seldom(file: string): () => Promise<ScreenModule> {
  const found = screens[file];
  if (!found) throw new Error(`no screen in ${file}`);
  return found;
}

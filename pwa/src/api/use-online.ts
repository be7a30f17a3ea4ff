/** Whether the server can be reached, for screens. */
import { useStore } from "../store";
import { reach, type Reach } from "./online";

export function useReach(): Reach {
  return useStore(reach);
}

export function useOnline(): boolean {
  return useReach().at !== "offline";
}

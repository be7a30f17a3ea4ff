/** The person a screen is shown to. */
import { useSession, type Person } from "./session";

/** The person logged in; screens are only shown to somebody, so asking without a session is a programming error. */
export function usePerson(): Person {
  const now = useSession();
  if (now.at !== "in") throw new Error("a screen was shown without a session");
  return now.person;
}

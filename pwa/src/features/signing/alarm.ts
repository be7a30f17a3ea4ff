/** Remembers in this tab that "I did not ask for this" was pressed, so that the ending can say what to do next. */
const name = (signingId: string) => `alarm:${signingId}`;

export function noteAlarm(signingId: string): void {
  sessionStorage.setItem(name(signingId), "1");
}

export function wasAlarm(signingId: string): boolean {
  return sessionStorage.getItem(name(signingId)) !== null;
}

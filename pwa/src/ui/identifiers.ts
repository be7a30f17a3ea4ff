/** How account numbers and certificate numbers are written for people. */
const NBSP = "\u00a0";

/** All but the last four characters hidden: `••••••••4321`. */
export function masked(identifier: string): string {
  return "•".repeat(Math.max(0, identifier.length - 4)) + identifier.slice(-4);
}

/** Groups of four from the left: `0071 0012 3456 7`. */
export function grouped(account: string): string {
  return account.replace(/(.{4})(?=.)/g, `$1${NBSP}`);
}

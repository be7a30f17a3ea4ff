/** A file's length as people read it: 0,3 MB. */
export function megabytes(bytes: number): string {
  return `${(Math.max(bytes, 100_000) / 1_000_000).toFixed(1).replace(".", ",")} MB`;
}

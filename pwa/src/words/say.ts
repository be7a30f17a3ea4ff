/**
 * Fills the gaps of a sentence: `say(inbox.title, { n: 3 })`.
 *
 * The names in braces are part of the type, so a forgotten or misspelt one does not compile.
 */
type Gaps<T extends string> = T extends `${string}{${infer Name}}${infer Rest}` ? Name | Gaps<Rest> : never;

export type Filling<T extends string> = Record<Gaps<T>, string | number>;

export function say<T extends string>(sentence: T, filling: Filling<T>): string {
  const values = filling as Record<string, string | number>;
  return sentence.replace(/\{([^}]+)\}/g, (gap, name: string) => String(values[name] ?? gap));
}

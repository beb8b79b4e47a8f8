/** Step 1: members in a path, as errors name them; value-text.ts has keys. In: names. Out: text. */

/** A member of a struct in a path: `.level`. */
export function memberText(name: string): string {
  // Most names are so, and the other expression takes a tenth of a millisecond to be compiled.
  if (/^[A-Za-z_$][\w$]*$/.test(name)) return `.${name}`;
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}

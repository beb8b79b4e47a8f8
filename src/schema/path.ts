/** Step 1: members in a path, as errors name them; value-text.ts has keys. In: names. Out: text. */

/** A member of a struct in a path: `.level`. */
export function memberText(name: string): string {
  // Most names are so, and the other expression takes an engine longer to read than all that opening a file needs of paths.
  return /^[A-Za-z_$][\w$]*$/.test(name) ? `.${name}` : unusualText(name);
}

function unusualText(name: string): string {
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}

/** Where a value is: `players["Hero"].inventory[3]`, as in the command line. Text ⇄ steps. */

/** One step: the name of a field, or what stands in brackets: an index or a key, as JSON. */
export type Step =
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "key"; readonly literal: string; readonly value: unknown };

/** What is wrong with a path. */
export class PathError extends Error {
  override readonly name = "PathError";
}

const PLAIN_NAME = /^[A-Za-z_$][\w$]*$/;

/** The steps of a path. @throws {PathError} */
export function parsePath(path: string): Step[] {
  const steps: Step[] = [];
  let at = 0;
  while (at < path.length) {
    if (path[at] === "[") {
      const end = closing(path, at);
      steps.push(keyStep(path.slice(at + 1, end).trim()));
      at = end + 1;
      continue;
    }
    const start = path[at] === "." ? at + 1 : at;
    const [name] = /^[^.[]*/.exec(path.slice(start)) ?? [""];
    if (name === "" || (at > 0 && start === at)) throw new PathError(`The path ${path} has no name at ${start + 1}.`);
    steps.push({ kind: "name", name });
    at = start + name.length;
  }
  return steps;
}

function keyStep(literal: string): Step {
  try {
    // Long integers stay text: as numbers they would lose their last digits.
    return { kind: "key", literal, value: /^-?\d{16,}$/.test(literal) ? literal : JSON.parse(literal) };
  } catch {
    throw new PathError(`[${literal}] is no index and no key: write [3] or ["text"].`);
  }
}

/** Index of the bracket that closes the one at `start`; brackets in quotes do not count. */
function closing(path: string, start: number): number {
  let depth = 0;
  let quoted = false;
  for (let at = start; at < path.length; at++) {
    const character = path[at];
    if (quoted) {
      if (character === "\\") at++;
      else if (character === '"') quoted = false;
    } else if (character === '"') quoted = true;
    else if (character === "[") depth++;
    else if (character === "]" && --depth === 0) return at;
  }
  throw new PathError(`The path ${path} has no ] for its [ at ${start + 1}.`);
}

/** The path to a field of what is at `path`. */
export function fieldPath(path: string, name: string): string {
  if (!PLAIN_NAME.test(name)) return `${path}[${JSON.stringify(name)}]`;
  return path === "" ? name : `${path}.${name}`;
}

/** The path to an item or entry of what is at `path`. */
export function keyPath(path: string, key: unknown): string {
  return `${path}[${keyText(key)}]`;
}

/** A key as JSON; long integers with all their digits. */
export function keyText(key: unknown): string {
  if (typeof key === "bigint") return String(key);
  if (ArrayBuffer.isView(key)) return keyText(Array.from(key as unknown as ArrayLike<unknown>));
  if (Array.isArray(key)) return `[${key.map(keyText).join(",")}]`;
  return JSON.stringify(key, (_, part) => (typeof part === "bigint" ? String(part) : part)) ?? "null";
}

/** The paths on the way to `path`, the root's first, each with what is to be shown for its last step. */
export function trailOf(path: string): { readonly path: string; readonly text: string }[] {
  const trail = [{ path: "", text: "root" }];
  let at = "";
  for (const step of parsePath(path)) {
    at = step.kind === "name" ? fieldPath(at, step.name) : `${at}[${step.literal}]`;
    trail.push({ path: at, text: step.kind === "name" ? step.name : `[${step.literal}]` });
  }
  return trail;
}

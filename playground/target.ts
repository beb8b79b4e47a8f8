/** What can be opened, wherever it lies. */

/** A file to open. Everything but a `file` of this machine can stand in the address of the page. */
export type Target =
  | { readonly kind: "url"; readonly url: string }
  | { readonly kind: "file"; readonly file: Blob; readonly name: string }
  | { readonly kind: "opfs"; readonly path: string }
  | {
      readonly kind: "indexeddb";
      readonly name: string;
      /** Default: the library's own. */
      readonly database?: string;
    }
  | { readonly kind: "example"; readonly name: string };

/** What to call it. */
export function targetName(target: Target): string {
  switch (target.kind) {
    case "url":
      return lastPart(target.url);
    case "opfs":
      return lastPart(target.path);
    case "example":
      return `${target.name}.par`;
    default:
      return target.name;
  }
}

function lastPart(path: string): string {
  const [plain = path] = path.split(/[?#]/);
  return plain.replace(/\/+$/, "").split("/").at(-1) || path;
}

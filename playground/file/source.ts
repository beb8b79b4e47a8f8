/** A target as the library takes it. What OPFS and IndexedDB need is loaded when it is needed. */

import { blobSource, type Source } from "parcode-web";
import type { Target } from "../target.ts";

/** A URL, or a source that is none. */
export async function sourceOf(target: Target): Promise<string | Source> {
  switch (target.kind) {
    case "url":
      return new URL(target.url, location.href).href;
    case "example":
      return new URL(`./examples/${encodeURIComponent(target.name)}.par`, document.baseURI).href;
    case "file":
      return blobSource(target.file, target.name);
    case "opfs":
      return (await import("parcode-web/opfs")).opfsSource(target.path);
    case "indexeddb": {
      const { name, database } = target;
      const { indexedDbSource } = await import("parcode-web/indexeddb");
      return indexedDbSource(name, database === undefined ? {} : { database });
    }
  }
}

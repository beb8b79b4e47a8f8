/** The files that this page has in the browser's own storage. */

import { useEffect, useState } from "preact/hooks";
import { ErrorNote } from "../failure.tsx";
import { openTarget } from "../route.ts";
import type { Target } from "../target.ts";
import { counted, sized } from "../text.ts";

interface StoredFile {
  readonly target: Target;
  readonly name: string;
  readonly place: "OPFS" | "IndexedDB";
  readonly byteLength: number;
  readonly lastModified: number;
}

/** Files that are listed at once. */
const SHOWN_FILES = 8;

/** Reads both lists. A place that this browser has not is no failure: there are no files in it. */
async function storedFiles(): Promise<StoredFile[]> {
  const [{ listOpfs }, { listIndexedDb }] = await Promise.all([
    import("parcode-web/opfs"),
    import("parcode-web/indexeddb"),
  ]);
  const inOpfs = "getDirectory" in (navigator.storage ?? {}) ? await listOpfs() : [];
  // Asking for a database that is not there would make it.
  const databases = (await indexedDB.databases?.()) ?? [];
  const inDatabase = databases.some(({ name }) => name === "parcode-web") ? await listIndexedDb() : [];
  const files: StoredFile[] = [
    ...inOpfs.map(({ path, ...rest }) => ({
      ...rest,
      name: path,
      place: "OPFS" as const,
      target: { kind: "opfs" as const, path },
    })),
    ...inDatabase.map(({ key, ...rest }) => ({
      ...rest,
      name: key,
      place: "IndexedDB" as const,
      target: { kind: "indexeddb" as const, name: key },
    })),
  ];
  return files.sort((a, b) => b.lastModified - a.lastModified);
}

/** The list, or a word that it is empty. */
export function StoredFiles() {
  const [files, setFiles] = useState<readonly StoredFile[]>();
  const [failure, setFailure] = useState<unknown>();
  const [shown, setShown] = useState(SHOWN_FILES);
  useEffect(() => {
    storedFiles().then(setFiles, setFailure);
  }, []);
  return (
    <div class="labelled">
      <span id="stored-title">Stored in this browser</span>
      {failure !== undefined && <ErrorNote error={failure} />}
      {files?.length === 0 && <p class="note">Nothing yet. What you make and save here is listed in this place.</p>}
      {files !== undefined && files.length > 0 && (
        <ul class="stored" aria-labelledby="stored-title">
          {files.slice(0, shown).map((file) => (
            <li key={`${file.place} ${file.name}`}>
              <button type="button" class="stored-file" onClick={() => openTarget(file.target)}>
                <bdi class="mono">{file.name}</bdi>
                <span class="badge">{file.place}</span>
                <span class="note">{sized(file.byteLength)}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      {files !== undefined && files.length > shown && (
        <button type="button" class="button small" onClick={() => setShown(shown + 100)}>
          {counted(files.length - shown, "more file")}
        </button>
      )}
    </div>
  );
}

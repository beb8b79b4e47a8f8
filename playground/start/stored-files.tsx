/** The files that this page has in the browser's own storage. */

import { useEffect, useState } from "preact/hooks";
import { ErrorNote } from "../failure.tsx";
import { openTarget } from "../route.ts";
import { listStored, type StoredFile } from "../stored.ts";
import { counted, sized } from "../text.ts";

/** Files that are listed at once. */
const SHOWN_FILES = 8;

const PLACES = { opfs: "OPFS", indexeddb: "IndexedDB" } as const;

/** The list, or a word that it is empty. */
export function StoredFiles() {
  const [files, setFiles] = useState<readonly StoredFile[]>();
  const [failure, setFailure] = useState<unknown>();
  const [shown, setShown] = useState(SHOWN_FILES);
  useEffect(() => {
    listStored().then(setFiles, setFailure);
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
                <span class="badge">{PLACES[file.place]}</span>
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

/** The files in the browser's storage, and taking them out. */

import { useEffect, useState } from "preact/hooks";
import { listStored, removeStored, type StoredFile } from "../stored.ts";
import type { Target } from "../target.ts";
import { sized } from "../text.ts";
import { type Failure, failureOf } from "./failure.ts";
import * as state from "./state.ts";

const PLACE_NAMES = { opfs: "OPFS", indexeddb: "IndexedDB" } as const;

export function StoredPart({ onOpen }: { readonly onOpen: (target: Target) => void }) {
  const files = state.stored.value;
  const [failure, setFailure] = useState<Failure>();
  const version = state.storedVersion.value;
  useEffect(() => {
    listStored().then(
      (found) => {
        state.stored.value = found;
      },
      (error) => setFailure(failureOf(error)),
    );
  }, [version]);
  const remove = async (file: StoredFile): Promise<void> => {
    setFailure(undefined);
    try {
      await removeStored(file);
    } catch (error) {
      setFailure(failureOf(error));
    }
    state.storedVersion.value++;
  };
  const total = files.reduce((sum, { byteLength }) => sum + byteLength, 0);
  return (
    <section class="panel stack" aria-labelledby="make-stored">
      <div class="row">
        <h2 id="make-stored" class="grow">
          Stored in this browser
        </h2>
        {files.length > 0 && <span class="note make-figure">{sized(total)} in all</span>}
      </div>
      {failure !== undefined && (
        <div class="failed" role="alert">
          <p class="failed-what">{failure.what}</p>
          {failure.advice !== undefined && <p>{failure.advice}</p>}
        </div>
      )}
      {files.length === 0 ? (
        <p class="note">Nothing yet.</p>
      ) : (
        <ul class="make-stored">
          {files.map((file) => (
            <StoredRow key={`${file.place} ${file.name}`} file={file} onOpen={onOpen} onRemove={remove} />
          ))}
        </ul>
      )}
    </section>
  );
}

function StoredRow({
  file,
  onOpen,
  onRemove,
}: {
  readonly file: StoredFile;
  readonly onOpen: (target: Target) => void;
  readonly onRemove: (file: StoredFile) => Promise<void>;
}) {
  const [isAsked, setAsked] = useState(false);
  return (
    <li>
      <bdi class="mono grow">{file.name}</bdi>
      <span class="note">{PLACE_NAMES[file.place]}</span>
      <span class="note make-figure">{sized(file.byteLength)}</span>
      <button type="button" class="button small" onClick={() => onOpen(file.target)} aria-label={`Open ${file.name}`}>
        Open
      </button>
      {isAsked ? (
        <button
          type="button"
          class="button small danger"
          onClick={() => void onRemove(file)}
          onBlur={() => setAsked(false)}
        >
          Really remove
        </button>
      ) : (
        <button type="button" class="button small" onClick={() => setAsked(true)} aria-label={`Remove ${file.name}`}>
          Remove
        </button>
      )}
    </li>
  );
}

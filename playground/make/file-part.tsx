/** How and where the file is written. */

import { build } from "./actions.ts";
import { type Choice, Choose, Labelled } from "./controls.tsx";
import * as state from "./state.ts";

const COMPRESSIONS: readonly Choice<(typeof state.compression)["value"]>[] = [
  { value: "lz4", title: "LZ4" },
  { value: "none", title: "none" },
];

const LAYOUTS: readonly Choice<(typeof state.layout)["value"]>[] = [
  { value: "auto", title: "automatic" },
  { value: "faststart", title: "structure in front" },
  { value: "stream", title: "structure at the end" },
];

const CHECKSUMS: readonly Choice<(typeof state.checksums)["value"]>[] = [
  { value: "xxh64", title: "XXH64, finds damage" },
  { value: "blake3", title: "BLAKE3, resists forgery" },
  { value: false, title: "none" },
];

const WORKERS: readonly Choice<(typeof state.workers)["value"]>[] = [
  { value: "auto", title: "automatic" },
  { value: false, title: "none" },
  ...[1, 2, 4, 8].map((count) => ({ value: count, title: String(count) })),
];

const THREADS: readonly Choice<boolean>[] = [
  { value: true, title: "this page's" },
  { value: false, title: "its own" },
];

const PLACES: readonly Choice<state.Place>[] = [
  { value: "memory", title: "memory, to look at" },
  state.hasFilePicker ? { value: "disk", title: "disk" } : { value: "download", title: "disk, as a download" },
  { value: "opfs", title: "this browser, OPFS" },
  { value: "indexeddb", title: "this browser, IndexedDB" },
];

export function FilePart() {
  const { compression, layout, checksums, workers, place } = state;
  const isIdle = state.run.value === undefined;
  const isWorld = state.origin.value === "world";
  const canBuild = isIdle && (isWorld || state.understood.value !== undefined) && isName(state.name.value);
  const submit = (event: Event): void => {
    event.preventDefault();
    if (canBuild) void build();
  };
  return (
    <form class="panel stack" aria-labelledby="make-file" autocomplete="off" onSubmit={submit}>
      <h2 id="make-file">File</h2>
      <div class="make-options">
        <NameField />
        <Choose
          label="Save to"
          choices={PLACES}
          value={place}
          hint={isStored() ? "Replaces the file of this name." : undefined}
        />
        <Choose label="Compression" choices={COMPRESSIONS} value={compression} />
        <Choose
          label="Workers"
          choices={WORKERS}
          value={workers}
          disabled={compression.value === "none"}
          hint={compression.value === "none" ? "They compress: there is nothing to do." : undefined}
        />
        <Choose label="Layout" choices={LAYOUTS} value={layout} />
        <Choose label="Checksums" choices={CHECKSUMS} value={checksums} />
        {isWorld && (
          <Choose
            label="Thread"
            choices={THREADS}
            value={state.onPage}
            hint={state.onPage.value ? "The chart of frames shows how smooth the page stays." : undefined}
          />
        )}
      </div>
      <button type="submit" class="button primary" disabled={!canBuild}>
        Make the file
      </button>
    </form>
  );
}

function NameField() {
  const name = state.name.value;
  return (
    <Labelled id="make-name" label="Name" hint={isName(name) ? undefined : "A name without / is needed."}>
      <span class="make-name">
        <input
          id="make-name"
          class="field mono"
          type="text"
          value={name}
          aria-describedby={isName(name) ? undefined : "make-name-hint"}
          aria-invalid={!isName(name)}
          onInput={(event) => {
            state.givenName.value = event.currentTarget.value;
          }}
        />
        <span class="note">.par</span>
      </span>
    </Labelled>
  );
}

/** Whether a file of this name is there already. */
function isStored(): boolean {
  return state.stored.value.some(
    ({ place, name }) => place === state.place.value && name === `${state.name.value}.par`,
  );
}

/** Whether a file can be called so in every place. */
function isName(name: string): boolean {
  return name.trim() !== "" && !/[/\\]/.test(name) && name !== "." && name !== "..";
}

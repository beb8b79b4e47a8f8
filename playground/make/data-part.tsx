/** Where the data comes from: a file, pasted text, or a made-up world. */

import { useRef } from "preact/hooks";
import { counted, grouped, sized } from "../text.ts";
import { readMaterial } from "./actions.ts";
import { type Choice, Choose, Labelled, Segments } from "./controls.tsx";
import * as state from "./state.ts";
import { planWorld } from "./world-plan.ts";

const ORIGINS: readonly Choice<state.Origin>[] = [
  { value: "file", title: "File" },
  { value: "text", title: "Pasted text" },
  { value: "world", title: "Game world" },
];

const FORMATS: readonly Choice<(typeof state.format)["value"]>[] = [
  { value: "auto", title: "automatic" },
  { value: "json", title: "JSON" },
  { value: "ndjson", title: "NDJSON, a value a line" },
  { value: "csv", title: "CSV" },
];

const HEADERS: readonly Choice<boolean>[] = [
  { value: true, title: "has names" },
  { value: false, title: "has data" },
];

/** Typing is over when nothing has come for so long. */
const TYPING_MILLISECONDS = 400;

export function DataPart({ onFile }: { readonly onFile: (file: File | undefined) => void }) {
  const origin = state.origin.value;
  const choose = (next: state.Origin): void => {
    state.origin.value = next;
    void readMaterial();
  };
  return (
    <section class="panel stack" aria-labelledby="make-data">
      <h2 id="make-data">Data</h2>
      <Segments legend="Where the data comes from" choices={ORIGINS} value={origin} onChoose={choose} />
      {origin === "file" && <FileField onFile={onFile} />}
      {origin === "text" && <TextField />}
      {origin === "world" ? <WorldFields /> : <FormatFields />}
    </section>
  );
}

function FileField({ onFile }: { readonly onFile: (file: File | undefined) => void }) {
  const file = state.file.value;
  return (
    <label class="make-drop">
      <input
        type="file"
        class="visually-hidden"
        accept=".json,.ndjson,.jsonl,.csv,.tsv,.txt,application/json,text/csv"
        onChange={(event) => onFile(event.currentTarget.files?.[0])}
      />
      <span class="make-drop-title">{file === undefined ? "Choose JSON, NDJSON or CSV" : file.name}</span>
      <span class="note">
        {file === undefined ? "or drop a file here" : `${sized(file.size)} · choose or drop another`}
      </span>
    </label>
  );
}

function TextField() {
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  return (
    <Labelled id="make-text" label="JSON, NDJSON or CSV">
      <textarea
        id="make-text"
        class="field"
        rows={9}
        spellcheck={false}
        placeholder={'[{"id": 1, "name": "Ann"},\n {"id": 2, "name": "Bo"}]'}
        value={state.text.value}
        onInput={(event) => {
          state.text.value = event.currentTarget.value;
          clearTimeout(timer.current);
          timer.current = setTimeout(() => void readMaterial(), TYPING_MILLISECONDS);
        }}
      />
    </Labelled>
  );
}

function FormatFields() {
  const found = state.understood.value?.text?.format;
  const isCsv = state.format.value === "csv" || (state.format.value === "auto" && looksLikeCsv(found));
  return (
    <div class="make-options" onChange={() => queueMicrotask(() => void readMaterial())}>
      <Choose label="Format" choices={FORMATS} value={state.format} />
      {isCsv && <Choose label="The first row" choices={HEADERS} value={state.hasHeader} />}
    </div>
  );
}

/** Before it is read, or where reading failed, a file's name says it. */
function looksLikeCsv(found: string | undefined): boolean {
  if (found !== undefined) return found === "csv";
  return state.origin.value === "file" && /\.(?:csv|tsv)$/i.test(state.file.value?.name ?? "");
}

/** The slider goes by powers, from 1 MB to 256 MB. */
const SIZE_STEPS = 32;
const MAX_POWER = 8;

function WorldFields() {
  const bytes = state.worldBytes.value;
  const { players, side, musicBytes } = planWorld({ byteLength: bytes });
  const power = (Math.log2(bytes / 1e6) * SIZE_STEPS) / MAX_POWER;
  const size = `about ${sized(bytes)}`;
  return (
    <>
      <div class="make-options">
        <Labelled id="make-size" label={`Size: ${size}`}>
          <input
            id="make-size"
            type="range"
            min={0}
            max={SIZE_STEPS}
            step={1}
            value={Math.round(power)}
            aria-valuetext={size}
            onInput={(event) => {
              state.worldBytes.value = 1e6 * 2 ** ((event.currentTarget.valueAsNumber * MAX_POWER) / SIZE_STEPS);
            }}
          />
        </Labelled>
        <Labelled id="make-seed" label="Seed">
          <input
            id="make-seed"
            class="field"
            type="number"
            min={0}
            max={2 ** 32 - 1}
            step={1}
            value={state.seed.value}
            onChange={({ currentTarget }) => {
              const { valueAsNumber } = currentTarget;
              const seed = Number.isFinite(valueAsNumber) ? Math.trunc(Math.abs(valueAsNumber)) % 2 ** 32 : 1;
              state.seed.value = seed;
              currentTarget.value = String(seed);
            }}
          />
        </Labelled>
      </div>
      <p class="note">
        {counted(players, "player")} in a map and a list, {grouped(side)} × {grouped(side)} heights, {sized(musicBytes)}{" "}
        of music. The same seed gives the same bytes.
      </p>
    </>
  );
}

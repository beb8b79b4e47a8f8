/** The schema that was made from the data, what to know about it, and what the rows become. */

import { useState } from "preact/hooks";
import { counted, sized } from "../text.ts";
import { arrangeRows } from "./actions.ts";
import { type Choice, Choose } from "./controls.tsx";
import type { Rows } from "./rows.ts";
import * as state from "./state.ts";
import { FORMAT_NAMES } from "./text-input.ts";

const KINDS: readonly Choice<(typeof state.rowsKind)["value"]>[] = [
  { value: "list", title: "a list" },
  { value: "hashMap", title: "a hash map" },
  { value: "sortedMap", title: "a sorted map" },
];

const HINTS: { readonly [K in (typeof state.rowsKind)["value"]]: string } = {
  list: "Rows are read by their number.",
  hashMap: "One read finds the row with a key.",
  sortedMap: "One read finds a row by its key, or the rows of a range of keys.",
};

export function SchemaPart() {
  const understood = state.understood.value;
  return (
    <section class="panel stack make-schema-part" aria-labelledby="make-schema">
      <h2 id="make-schema">Schema</h2>
      {understood === undefined ? (
        <p class="note">Made from the data, and shown here before anything is written.</p>
      ) : (
        <>
          {understood.text !== undefined && <Summary />}
          {understood.rows !== undefined && <RowFields rows={understood.rows} />}
          <Notes />
          <SchemaText text={understood.schemaText} />
        </>
      )}
    </section>
  );
}

function Summary() {
  const { text, rows } = state.understood.value ?? {};
  if (text === undefined) return null;
  const of =
    rows === undefined ? "" : `, ${counted(rows.count, "row")}${rows.field === undefined ? "" : ` in “${rows.field}”`}`;
  return (
    <p class="note" id="make-summary">
      {sized(text.byteLength)} of {FORMAT_NAMES[text.format]}
      {of}.
    </p>
  );
}

function RowFields({ rows }: { readonly rows: Rows }) {
  const kind = state.rowsKind.value;
  const keys = rows.keys.filter(({ hashes }) => hashes || kind === "sortedMap");
  const kinds = rows.keys.some(({ hashes }) => hashes) ? KINDS : KINDS.filter(({ value }) => value !== "hashMap");
  const changed = (): void => {
    const isKey = keys.some(({ name }) => name === state.rowsKey.value);
    if (!isKey && state.rowsKind.value === "hashMap")
      state.rowsKey.value = rows.keys.find(({ hashes }) => hashes)?.name ?? "";
    void arrangeRows();
  };
  return (
    <div class="make-options" onChange={() => queueMicrotask(changed)}>
      <Choose label="The rows become" choices={kinds} value={state.rowsKind} hint={HINTS[kind]} />
      {kind !== "list" && (
        <Choose
          label="by the column"
          choices={keys.map(({ name }) => ({ value: name, title: name }))}
          value={state.rowsKey}
        />
      )}
    </div>
  );
}

function Notes() {
  const notes = state.understood.value?.notes ?? [];
  if (notes.length === 0) return null;
  return (
    <ul class="make-notes" aria-label="Notes on the data">
      {notes.map(({ path, text }) => (
        <li key={path + text}>
          {path !== "" && <code>{path}</code>} {text}
        </li>
      ))}
    </ul>
  );
}

function SchemaText({ text }: { readonly text: string }) {
  const [copied, setCopied] = useState("");
  const copy = (): void => {
    navigator.clipboard.writeText(text).then(
      () => setCopied(text),
      () => undefined,
    );
  };
  return (
    <div class="make-schema">
      <button type="button" class="button small" onClick={copy}>
        {copied === text ? "Copied" : "Copy"}
      </button>
      {/* It scrolls, also by keyboard. */}
      <section class="make-source" tabIndex={0} aria-label="Schema, as TypeScript">
        <pre>{withoutImport(text)}</pre>
      </section>
    </div>
  );
}

/** The builders are of no interest to who reads; who copies gets them. */
function withoutImport(text: string): string {
  return text.replace(/^import \{[^}]*\} from [^\n]*\n\n/, "").trimEnd();
}

/** A map by hash: a key gives its value with one lookup. It has no order; some of its keys can be looked at. */

import type { MapHandle } from "parcode-web";
import { useState } from "preact/hooks";
import { ErrorNote } from "../failure.tsx";
import { Link } from "../link.tsx";
import { navigate, route } from "../route.ts";
import { keyPath, keyText, parsePath } from "./path.ts";
import { keyOf, type Place } from "./place.ts";
import { lineText, previewText } from "./preview.ts";
import { content, type SchemaNode, typeText } from "./schema-view.ts";

/** Keys that are shown when somebody wants to see some. */
const SOME_KEYS = 24;

interface Props {
  readonly place: Place;
  readonly path: string;
}

/** What a person typed as a key: text as it is, everything else as JSON. @throws {Error} It is no key */
export function typedKey(schema: SchemaNode, text: string): unknown {
  const { kind } = content(schema);
  if (kind === "str" || kind === "char") return text;
  let value: unknown;
  try {
    value = /^-?\d+$/.test(text.trim()) ? text.trim() : JSON.parse(text);
  } catch {
    throw new Error(`Keys are of the type ${typeText(schema)}: write one as JSON, such as 7, "text" or ["a", 1].`);
  }
  return keyOf(schema, value);
}

/** The text in the field for the key that is shown. */
function shownKey(schema: SchemaNode, path: string, whole: string): string {
  if (!whole.startsWith(`${path}[`)) return "";
  const [step] = parsePath(whole.slice(path.length));
  if (step?.kind !== "key") return "";
  const { kind } = content(schema);
  return (kind === "str" || kind === "char") && typeof step.value === "string" ? step.value : step.literal;
}

/** The map at `path`. */
export function MapView({ place, path }: Props) {
  const { schema, view } = place;
  if (!("key" in schema)) return null;
  const { key } = schema;
  const shown = shownKey(key, path, route.value.path);
  return (
    <div class="map-view">
      <KeyForm key={shown} schema={key} path={path} shown={shown} />
      <SomeKeys handle={view as MapHandle<unknown, unknown>} path={path} />
    </div>
  );
}

function KeyForm({
  schema,
  path,
  shown,
}: {
  readonly schema: SchemaNode;
  readonly path: string;
  readonly shown: string;
}) {
  const [text, setText] = useState(shown);
  const [problem, setProblem] = useState<unknown>();
  const submit = (event: Event): void => {
    event.preventDefault();
    try {
      navigate({ path: keyPath(path, typedKey(schema, text)), find: "" });
    } catch (error) {
      setProblem(error);
    }
  };
  return (
    <form class="stack-small" onSubmit={submit}>
      <div class="row">
        <label class="labelled-inline grow">
          <span>Key</span>
          <input
            class="field mono grow"
            autocomplete="off"
            autocapitalize="off"
            spellcheck={false}
            placeholder={typeText(schema)}
            value={text}
            onInput={(event) => {
              setText(event.currentTarget.value);
              setProblem(undefined);
            }}
          />
        </label>
        <button type="submit" class="button primary">
          Look up
        </button>
      </div>
      {problem !== undefined && <ErrorNote error={problem} />}
    </form>
  );
}

function SomeKeys({ handle, path }: { readonly handle: MapHandle<unknown, unknown>; readonly path: string }) {
  const [entries, setEntries] = useState<readonly [unknown, unknown][]>();
  const [failure, setFailure] = useState<unknown>();
  const [isReading, setReading] = useState(false);
  const read = async (): Promise<void> => {
    setReading(true);
    try {
      setEntries(await firstEntries(handle));
    } catch (error) {
      setFailure(error);
    }
    setReading(false);
  };
  if (failure !== undefined) return <ErrorNote error={failure} />;
  if (entries === undefined) {
    return (
      <p class="row">
        <button type="button" class="button small" disabled={isReading} onClick={() => void read()}>
          Show some keys
        </button>
        <span class="note">reads the first bucket of the map</span>
      </p>
    );
  }
  if (entries.length === 0) return <p class="nothing">The map is empty.</p>;
  return <EntryList entries={entries} path={path} />;
}

async function firstEntries(handle: MapHandle<unknown, unknown>): Promise<[unknown, unknown][]> {
  const entries: [unknown, unknown][] = [];
  for await (const entry of handle.lazy()) {
    entries.push(entry);
    if (entries.length === SOME_KEYS) break;
  }
  return entries;
}

interface EntryListProps {
  readonly entries: readonly (readonly [unknown, unknown])[];
  readonly path: string;
}

/** Entries one below the other, each a link to its value. */
export function EntryList({ entries, path }: EntryListProps) {
  const { path: chosen, find } = route.value;
  return (
    <ul class="entries" aria-label="Entries">
      {entries.map(([key, value]) => {
        const own = keyPath(path, key);
        return (
          <li key={own}>
            <Link class="entry" to={{ path: own, find }} current={own === chosen}>
              <bdi class="entry-key">{typeof key === "string" ? lineText(key.slice(0, 200)) : keyLine(key)}</bdi>
              <bdi class="entry-value">{previewText(value, 120)}</bdi>
            </Link>
          </li>
        );
      })}
    </ul>
  );
}

/** A key with several parts, as people read it. */
function keyLine(key: unknown): string {
  const isPlain = Array.isArray(key) && key.every((part) => typeof part === "string");
  return lineText(isPlain ? (key as string[]).join(" / ").slice(0, 200) : keyText(key).slice(0, 200));
}

/** A map in the order of its keys: searched while the person types, one read for what is not here yet. */

import type { SortedMapHandle } from "parcode-web";
import { useEffect, useState } from "preact/hooks";
import { ErrorNote } from "../failure.tsx";
import { useLoaded } from "../loaded.ts";
import { navigate, route } from "../route.ts";
import { counted } from "../text.ts";
import { EntryList, MapView } from "./map-view.tsx";
import type { Place } from "./place.ts";
import { content, type SchemaNode } from "./schema-view.ts";

/** Entries that are shown at first, and added by "more". */
const PAGE_ENTRIES = 50;

interface Props {
  readonly place: Place;
  readonly path: string;
}

/** How many parts of a key, from the first on, are text: one for a key that is text itself. None: it cannot be searched by typing. */
function textParts(schema: SchemaNode): number {
  const key = content(schema);
  if (key.kind === "str") return 1;
  if (key.kind !== "tuple") return 0;
  const firstOther = key.items.findIndex((part) => content(part).kind !== "str");
  return firstOther === -1 ? key.items.length : firstOther;
}

/**
 * What is typed as the beginning of a key: text itself; of a row, its parts with a slash between them, of which the last may be
 * a beginning. What is behind the last part's slash belongs to it.
 */
export function prefixOf(schema: SchemaNode, text: string): unknown {
  const parts = textParts(schema);
  if (content(schema).kind === "str") return text;
  const pieces = text.split("/");
  const head = pieces.slice(0, parts - 1);
  return pieces.length < parts ? pieces : [...head, pieces.slice(parts - 1).join("/")];
}

/** The map at `path`. */
export function SortedView({ place, path }: Props) {
  const { schema, view } = place;
  if (schema.kind !== "sortedMap") return null;
  const handle = view as SortedMapHandle<unknown, unknown>;
  const isSearchable = textParts(schema.key) > 0;
  return (
    <div class="map-view">
      {isSearchable ? <SearchField schema={schema.key} /> : <MapView place={place} path={path} />}
      <Found handle={handle} schema={schema.key} path={path} text={isSearchable ? route.value.find : ""} />
    </div>
  );
}

function SearchField({ schema }: { readonly schema: SchemaNode }) {
  const { find } = route.value;
  const parts = textParts(schema);
  const isRow = content(schema).kind === "tuple";
  const hint =
    isRow && parts > 1
      ? "its parts with / between them, such as DE/Bad"
      : isRow
        ? "its first part"
        : "searches as you type";
  return (
    <label class="labelled">
      <span>
        Keys that begin with <span class="note">({hint})</span>
      </span>
      <input
        class="field mono"
        type="search"
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        placeholder={isRow && parts > 1 ? "part/part" : "type to search"}
        value={find}
        // While somebody types, going back must not go back letter by letter.
        onInput={(event) => navigate({ find: event.currentTarget.value }, { replace: true })}
      />
    </label>
  );
}

/** Entries that begin with `text`, their values as mirrors: what is in chunks of its own is not read. */
function entriesOf(
  handle: SortedMapHandle<unknown, unknown>,
  schema: SchemaNode,
  text: string,
  options: { readonly limit: number; readonly signal: AbortSignal },
): Promise<[unknown, unknown][]> {
  if (text === "") return handle.rangeLazy(options).toArray();
  const from = prefixOf(schema, text);
  const to = Array.isArray(from) ? [...from.slice(0, -1), behind(from.at(-1))] : behind(from as string);
  return handle.rangeLazy({ ...options, gte: from as never, lt: to as never }).toArray();
}

/** The least text behind all that begin with `text`, in the order of code points. */
export function behind(text: string): string {
  const points = Array.from(text, (character) => character.codePointAt(0) as number);
  while (points.at(-1) === 0x10ffff) points.pop();
  const last = points.pop();
  if (last === undefined) return "\u{10ffff}".repeat(8);
  // Behind the last letter before the surrogates come those that are no surrogates.
  return String.fromCodePoint(...points, last === 0xd7ff ? 0xe000 : last + 1);
}

interface FoundProps {
  readonly handle: SortedMapHandle<unknown, unknown>;
  readonly schema: SchemaNode;
  readonly path: string;
  readonly text: string;
}

function Found({ handle, schema, path, text }: FoundProps) {
  const [limit, setLimit] = useState(PAGE_ENTRIES);
  useEffect(() => setLimit(PAGE_ENTRIES), [text]);
  const { value, failure, isPending } = useLoaded(
    async (signal) => {
      const entries = await entriesOf(handle, schema, text, { limit: limit + 1, signal });
      return { text, entries };
    },
    [handle, text, limit],
  );
  if (failure !== undefined) return <ErrorNote error={failure} />;
  if (value === undefined) return <p class="note">Reading …</p>;
  const { entries } = value;
  const shown = entries.slice(0, limit);
  const summary =
    entries.length > limit
      ? `the first ${counted(limit, "entry", "entries")}`
      : counted(shown.length, "entry", "entries");
  return (
    <div class={isPending ? "found found-old" : "found"} aria-busy={isPending}>
      <p class="note" role="status">
        {entries.length === 0 ? "No key begins so." : text === "" ? `In order, ${summary}:` : `Found ${summary}:`}
      </p>
      <EntryList entries={shown} path={path} />
      {entries.length > limit && (
        <button type="button" class="button small" onClick={() => setLimit(limit + PAGE_ENTRIES * 2)}>
          More
        </button>
      )}
    </div>
  );
}

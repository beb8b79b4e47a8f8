/** A value, shown as what it is. */

import type { Session } from "../file/session.ts";
import { lazy } from "../lazy.tsx";
import { Link } from "../link.tsx";
import { sized } from "../text.ts";
import { HandleView } from "./handle-view.tsx";
import { ListView } from "./list-view.tsx";
import { EntryList, MapView } from "./map-view.tsx";
import { fieldPath, keyPath } from "./path.ts";
import { isHandle, type Place } from "./place.ts";
import { lineText, numberText, previewText } from "./preview.ts";
import { type ChunkContent, content, shortType } from "./schema-view.ts";
import { SortedView } from "./sorted-view.tsx";
import { storedBytes } from "./stored-bytes.ts";
import { TextView } from "./text-view.tsx";

const TypedView = lazy(async () => (await import("./typed-view.tsx")).TypedView);
const BytesView = lazy(async () => (await import("./bytes-view.tsx")).BytesView);

interface Props {
  readonly session: Session;
  readonly place: Place;
  readonly path: string;
}

/** Lists with no more items than this are shown with their other values. */
const SHORT_LIST = 24;
/** Fields that are shown at once. */
const MAX_FIELDS = 200;

/** Whether a place is a list or map with items to choose from. */
export function isCollection({ schema, view }: Place): boolean {
  switch (schema.kind) {
    case "vec":
    case "hashMap":
    case "sortedMap":
      return true;
    case "map":
    case "set":
    case "array":
      return isHandle(view) ? schema.kind === "map" : true;
    default:
      return false;
  }
}

/** A list or map. */
export function CollectionView({ session, place, path }: Props) {
  const { schema, view } = place;
  if (isHandle(view)) {
    if (schema.kind === "sortedMap") return <SortedView place={place} path={path} />;
    return schema.kind === "vec" ? (
      <ListView session={session} place={place} path={path} />
    ) : (
      <MapView place={place} path={path} />
    );
  }
  if (view instanceof Map) return <InlineMap map={view} path={path} />;
  const length = Array.isArray(view) ? view.length : (view as ReadonlySet<unknown>).size;
  const isTable = (schema.kind === "vec" || schema.kind === "array") && content(schema.item).kind === "struct";
  if (length > SHORT_LIST || schema.kind === "set" || isTable)
    return <ListView session={session} place={place} path={path} />;
  return <ShortList session={session} place={place} path={path} />;
}

function ShortList({ session, place, path }: Props) {
  const { schema, view } = place;
  if ((view as readonly unknown[]).length === 0) return <p class="nothing">The list is empty.</p>;
  const item = schema.kind === "vec" || schema.kind === "array" ? content(schema.item) : undefined;
  return (
    <Fields
      session={session}
      fields={(view as readonly unknown[]).map((value, i) => ({
        name: `[${i}]`,
        path: keyPath(path, i),
        schema: item ?? { kind: "unit" },
        view: value,
      }))}
    />
  );
}

/** Entries of a map that is here as a whole. */
const SHOWN_ENTRIES = 300;

function InlineMap({ map, path }: { readonly map: ReadonlyMap<unknown, unknown>; readonly path: string }) {
  if (map.size === 0) return <p class="nothing">The map is empty.</p>;
  const entries: [unknown, unknown][] = [];
  for (const entry of map) {
    entries.push(entry);
    if (entries.length === SHOWN_ENTRIES) break;
  }
  return (
    <>
      <p class="note">
        {map.size > entries.length ? `The first ${entries.length} of ${map.size} entries` : `${map.size} entries`}
      </p>
      <EntryList entries={entries} path={path} />
    </>
  );
}

/** A value that is no collection. */
export function ValueView({ session, place, path }: Props) {
  const { schema, view } = place;
  if (isCollection(place)) return <CollectionView session={session} place={place} path={path} />;
  if (schema.kind === "typed") return <TypedView session={session} place={place} path={path} />;
  if (schema.kind === "bytes") return <BytesView session={session} place={place} path={path} />;
  if (isHandle(view)) return <HandleView session={session} place={place} path={path} />;
  return <PlainValue session={session} place={place} path={path} />;
}

function PlainValue({ session, place, path }: Props) {
  const { schema, view } = place;
  switch (schema.kind) {
    case "option": {
      if (view === null) return <p class="nothing">null: there is no value.</p>;
      return <ValueView session={session} place={{ schema: content(schema.item), view }} path={path} />;
    }
    case "struct":
      return <Fields session={session} fields={structFields(schema, view, path)} />;
    case "tuple":
      return (
        <Fields
          session={session}
          fields={schema.items.map((item, i) => ({
            name: `[${i}]`,
            path: keyPath(path, i),
            schema: content(item),
            view: (view as readonly unknown[])[i],
          }))}
        />
      );
    case "variant": {
      const { type, value } = view as { type: string; value?: unknown };
      const chosen = Object.hasOwn(schema.variants, type) ? schema.variants[type] : undefined;
      return (
        <>
          <p class="big-value">
            <bdi>{lineText(type)}</bdi>
          </p>
          {chosen !== undefined && content(chosen).kind !== "unit" && (
            <ValueView
              session={session}
              place={{ schema: content(chosen), view: value }}
              path={fieldPath(path, "value")}
            />
          )}
        </>
      );
    }
    case "str":
      return <TextView text={view as string} />;
    default:
      return (
        <p class="big-value">
          <bdi>{typeof view === "number" ? numberText(view) : previewText(view, 400)}</bdi>
        </p>
      );
  }
}

interface Field extends Place {
  readonly name: string;
  readonly path: string;
}

function structFields(schema: Extract<ChunkContent, { kind: "struct" }>, view: unknown, path: string): Field[] {
  return Object.entries(schema.fields).map(([name, field]) => ({
    name,
    path: fieldPath(path, name),
    schema: content(field),
    view: (view as Record<string, unknown>)[name],
  }));
}

/** Names and values, each a link to its own. */
function Fields({ session, fields }: { readonly session: Session; readonly fields: readonly Field[] }) {
  return (
    <>
      <table class="fields">
        <tbody>
          {fields.slice(0, MAX_FIELDS).map(({ name, path, schema, view }) => (
            <tr key={path}>
              <th scope="row">
                <Link to={{ path, find: "" }}>
                  <bdi>{lineText(name.slice(0, 120))}</bdi>
                </Link>
              </th>
              <td class="fields-type">{shortType(schema)}</td>
              <td class="fields-value">
                {isHandle(view) ? (
                  <Link class="fields-open" to={{ path, find: "" }}>
                    open, {sized(storedBytes(session, view))}
                  </Link>
                ) : (
                  <bdi>{view === "" ? '""' : previewText(view, 160)}</bdi>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {fields.length > MAX_FIELDS && <p class="note">{fields.length - MAX_FIELDS} more are not shown.</p>}
    </>
  );
}

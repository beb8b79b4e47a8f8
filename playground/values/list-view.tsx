/** A list of any length: rows are read as they come into view. */

import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { useSize } from "../canvas.ts";
import { ErrorNote } from "../failure.tsx";
import type { Session } from "../file/session.ts";
import { useLoaded } from "../loaded.ts";
import { navigate, route } from "../route.ts";
import { counted, grouped } from "../text.ts";
import { type Column, cellOf, columnsOf, type Items, itemsOf } from "./items.ts";
import { keyPath } from "./path.ts";
import type { Place } from "./place.ts";
import { numberText, previewText } from "./preview.ts";
import { ReadsInView } from "./reads-in-view.ts";
import { content, isNumeric, type SchemaNode } from "./schema-view.ts";
import { VirtualRows } from "./virtual-rows.tsx";

const ROW_HEIGHT = 30;
/** Lists that need no field to go to an item. */
const FEW = 24;
/** Room that a column wants, in pixels. */
const COLUMN_WIDTH = 92;
/** Items that are kept; more are read again, mostly from the library's cache. */
const MAX_KEPT = 2000;

interface Props {
  readonly session: Session;
  readonly place: Place;
  readonly path: string;
}

/** The list at `path`. */
export function ListView({ session, place, path }: Props) {
  const { value: items, failure } = useLoaded((signal) => itemsOf(session, place, signal), [place]);
  if (failure !== undefined) return <ErrorNote error={failure} />;
  if (items === undefined) return <p class="note">Reading …</p>;
  if (items.count === 0) return <p class="nothing">The list is empty.</p>;
  return <ItemRows items={items} schema={itemSchemaOf(place)} path={path} />;
}

function itemSchemaOf({ schema }: Place): SchemaNode {
  if (schema.kind === "vec" || schema.kind === "array" || schema.kind === "set") return schema.item;
  return { kind: "unit" };
}

interface ItemRowsProps {
  readonly items: Items;
  readonly schema: SchemaNode;
  readonly path: string;
}

/** Items of a schema, as rows. */
export function ItemRows({ items, schema, path }: ItemRowsProps) {
  const { ref, size } = useSize<HTMLDivElement>();
  const most = Math.max(2, Math.floor(size.width / COLUMN_WIDTH) - 1);
  const columns = useMemo(() => columnsOf(schema).slice(0, most), [schema, most]);
  const { rows, failure, show } = useRows(items);
  const chosen = indexIn(path, route.value.path);
  const style = { gridTemplateColumns: templateOf(items.count, columns) };
  return (
    <div ref={ref} class="list-view">
      {items.count > FEW ? (
        <GoTo count={items.count} path={path} />
      ) : (
        <span class="list-count">{counted(items.count, "item")}</span>
      )}
      {failure !== undefined && <ErrorNote error={failure} />}
      <div class="rows-head" style={style} aria-hidden="true">
        <span class="number">#</span>
        {columns.map(({ title, schema: field }) => (
          <span key={title} class={isNumeric(field) ? "number" : undefined}>
            {title}
          </span>
        ))}
      </div>
      <VirtualRows
        count={items.count}
        rowHeight={ROW_HEIGHT}
        label={`List of ${counted(items.count, "item")}`}
        chosen={chosen}
        onShow={show}
        onChoose={(index) => navigate({ path: keyPath(path, index), find: "" })}
        render={(index) => (
          <div class="cells" style={style}>
            <span class="number row-index">{grouped(index)}</span>
            {rows.has(index) ? (
              columns.map((column) => <Cell key={column.title} column={column} item={rows.get(index)} />)
            ) : (
              <span class="cell-waiting">…</span>
            )}
          </div>
        )}
      />
    </div>
  );
}

function Cell({ column, item }: { readonly column: Column; readonly item: unknown }) {
  const value = cellOf(column, item);
  const isSingle = content(column.schema).kind === "f32" && typeof value === "number";
  const text = isSingle ? numberText(value, true) : previewText(value, column.field === undefined ? 240 : 80);
  return <bdi class={isNumeric(column.schema) ? "number" : undefined}>{text}</bdi>;
}

function templateOf(count: number, columns: readonly Column[]): string {
  const digits = Math.max(3, grouped(count).length);
  const widths = columns.map(({ schema }) => (isNumeric(schema) ? "minmax(4.6rem, 1fr)" : "minmax(0, 1.5fr)"));
  return `${digits * 0.55 + 0.4}rem ${widths.join(" ")}`;
}

/** The index in `whole`, where it is a direct item of the list at `path`. */
function indexIn(path: string, whole: string): number | undefined {
  const rest = whole.startsWith(path) ? /^\[(\d+)\]/.exec(whole.slice(path.length)) : null;
  return rest === null ? undefined : Number(rest[1]);
}

/** Reads what is seen and not here yet. */
function useRows(items: Items) {
  const [rows, setRows] = useState<ReadonlyMap<number, unknown>>(new Map());
  const [failure, setFailure] = useState<unknown>();
  const known = useRef(rows);
  const reads = useMemo(() => new ReadsInView(), [items]);
  useEffect(() => () => reads.stop(), [reads]);
  const show = (start: number, end: number): void => {
    reads.keep(start, end);
    const isMissing = (index: number): boolean => !known.current.has(index) && !reads.has(index);
    let from = start;
    while (from < end && !isMissing(from)) from++;
    let to = end;
    while (to > from && !isMissing(to - 1)) to--;
    if (from === to) return;
    reads
      .run(from, to, (signal) => items.read(from, to, signal))
      .then((read) => {
        if (read === undefined) return;
        const next = known.current.size + read.length > MAX_KEPT ? new Map<number, unknown>() : new Map(known.current);
        for (const [i, item] of read.entries()) next.set(from + i, item);
        known.current = next;
        setRows(next);
        setFailure(undefined);
      }, setFailure);
  };
  return { rows, failure, show };
}

function GoTo({ count, path }: { readonly count: number; readonly path: string }) {
  const [text, setText] = useState("");
  const submit = (event: Event): void => {
    event.preventDefault();
    const index = Number(text.replace(/[,\s]/g, ""));
    if (text.trim() !== "" && Number.isSafeInteger(index)) navigate({ path: keyPath(path, index), find: "" });
  };
  return (
    <form class="row list-tools" onSubmit={submit}>
      <span class="list-count">{counted(count, "item")}</span>
      <label class="row">
        <span class="note">Go to</span>
        <input
          class="field small go-to"
          inputMode="numeric"
          pattern="[0-9, ]*"
          placeholder={grouped(Math.floor(count / 2))}
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </label>
      <button type="submit" class="button small">
        Go
      </button>
    </form>
  );
}

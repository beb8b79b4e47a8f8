/** The fields of the root, and of structs in it, as a tree that is walked by keyboard too. */

import { useMemo, useRef, useState } from "preact/hooks";
import { bytesBelow, type ChunkNode, type Outline } from "../chunks/outline.ts";
import { navigate, route } from "../route.ts";
import { sized } from "../text.ts";
import { fieldPath } from "./path.ts";
import { isHandle, type Place } from "./place.ts";
import { lineText, previewText } from "./preview.ts";
import { content, isShort, shortType } from "./schema-view.ts";

/** A row that can be seen. */
interface Row {
  readonly path: string;
  readonly name: string;
  readonly place: Place;
  readonly level: number;
  readonly isOpen: boolean | undefined;
  /** Its chunk, where it has one. */
  readonly chunk: ChunkNode | undefined;
  readonly part: number;
}

/** Rows that are shown: a hostile file may have any number of fields. */
const MAX_ROWS = 500;

interface Props {
  readonly root: Place;
  readonly outline: Outline;
}

/** The tree. */
export function FieldTree({ root, outline }: Props) {
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const version = outline.version.value;
  const rows = useMemo(() => rowsOf(root, outline, closed), [root, outline, closed, version]);
  const { path } = route.value;
  const chosen = Math.max(0, bestRow(rows, path));
  const [focused, setFocused] = useState(chosen);
  const list = useRef<HTMLUListElement>(null);
  const current = Math.min(focused, rows.length - 1);

  const setOpen = (row: Row, isOpen: boolean): void => {
    const next = new Set(closed);
    if (isOpen) next.delete(row.path);
    else next.add(row.path);
    setClosed(next);
  };
  const moveTo = (index: number): void => {
    const next = Math.max(0, Math.min(rows.length - 1, index));
    setFocused(next);
    list.current?.children[next]?.querySelector<HTMLElement>("[role=treeitem]")?.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const row = rows[current] as Row;
    const steps: Readonly<Record<string, () => void>> = {
      ArrowDown: () => moveTo(current + 1),
      ArrowUp: () => moveTo(current - 1),
      Home: () => moveTo(0),
      End: () => moveTo(rows.length - 1),
      Enter: () => navigate({ path: row.path, find: "" }),
      " ": () => navigate({ path: row.path, find: "" }),
      ArrowRight: () => (row.isOpen === false ? setOpen(row, true) : moveTo(current + 1)),
      ArrowLeft: () => (row.isOpen === true && row.level > 0 ? setOpen(row, false) : moveTo(parentOf(rows, current))),
    };
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    step();
  };
  return (
    <section class="panel field-tree" aria-label="Fields">
      <ul ref={list} role="tree" aria-label="Fields of the file" onKeyDown={onKeyDown}>
        {rows.map((row, index) => (
          <TreeRow
            key={row.path}
            row={row}
            isChosen={index === chosen}
            isFocusable={index === current}
            onFocus={() => setFocused(index)}
            onToggle={() => setOpen(row, row.isOpen === false)}
          />
        ))}
      </ul>
    </section>
  );
}

interface TreeRowProps {
  readonly row: Row;
  readonly isChosen: boolean;
  readonly isFocusable: boolean;
  onFocus(): void;
  onToggle(): void;
}

function TreeRow({ row, isChosen, isFocusable, onFocus, onToggle }: TreeRowProps) {
  const { name, place, level, isOpen, chunk, part, path } = row;
  const isChunk = isHandle(place.view) || chunk !== undefined;
  const side =
    chunk !== undefined && level > 0
      ? sized(bytesBelow(chunk))
      : isHandle(place.view) || level === 0
        ? ""
        : isShort(place.schema)
          ? previewText(place.view, 28)
          : "";
  return (
    <li role="none">
      <div
        role="treeitem"
        aria-level={level + 1}
        aria-selected={isChosen}
        aria-expanded={isOpen}
        tabIndex={isFocusable ? 0 : -1}
        class="tree-row"
        style={{ paddingLeft: `${0.5 + level * 0.9}rem` }}
        onFocus={onFocus}
        onClick={() => navigate({ path, find: "" })}
      >
        <span
          class="caret"
          aria-hidden="true"
          onClick={(event) => {
            if (isOpen === undefined) return;
            event.stopPropagation();
            onToggle();
          }}
        >
          {isOpen === undefined ? "" : isOpen ? "▾" : "▸"}
        </span>
        <span class={`swatch ${isChunk && part >= 0 ? `part-${part % 8}` : "swatch-inline"}`} aria-hidden="true" />
        <span class="tree-text">
          <bdi class="tree-name">{lineText(name.slice(0, 120))}</bdi>
          <span class="tree-type">{shortType(place.schema)}</span>
        </span>
        <bdi class={isChunk ? "tree-side" : "tree-side tree-value"}>{side}</bdi>
      </div>
    </li>
  );
}

/** The row that a row is below. */
function parentOf(rows: readonly Row[], index: number): number {
  const level = rows[index]?.level ?? 0;
  let at = index - 1;
  while (at > 0 && (rows[at] as Row).level >= level) at--;
  return at;
}

/** The row that leads to `path`: itself, or the last one on the way. */
function bestRow(rows: readonly Row[], path: string): number {
  let best = 0;
  rows.forEach((row, index) => {
    const isOnTheWay = path === row.path || path.startsWith(`${row.path}.`) || path.startsWith(`${row.path}[`);
    if (row.path !== "" && isOnTheWay && row.path.length >= (rows[best] as Row).path.length) best = index;
  });
  return best;
}

function rowsOf(root: Place, outline: Outline, closed: ReadonlySet<string>): Row[] {
  const rows: Row[] = [];
  const add = (row: Omit<Row, "isOpen">): void => {
    if (rows.length >= MAX_ROWS) return;
    const { schema, view } = row.place;
    const isStruct = schema.kind === "struct" && typeof view === "object" && view !== null && !isHandle(view);
    const isOpen = isStruct ? !closed.has(row.path) && row.level < 6 : undefined;
    rows.push({ ...row, isOpen });
    if (!isStruct || isOpen !== true) return;
    const chunks = new Map(row.chunk?.children.map((child) => [child.name, child]) ?? []);
    for (const [name, field] of Object.entries(schema.fields)) {
      const chunk = chunks.get(name);
      const place = { schema: content(field), view: (view as Record<string, unknown>)[name] };
      const part = row.level === 0 ? (chunk?.part ?? -1) : row.part;
      add({ path: fieldPath(row.path, name), name, place, level: row.level + 1, chunk, part });
      if (rows.length >= MAX_ROWS) return;
    }
  };
  add({ path: "", name: "root", place: root, level: 0, chunk: outline.root, part: -1 });
  return rows;
}

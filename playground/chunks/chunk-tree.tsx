/** The chunks as a tree: names, types, sizes, codecs. Of thousands of shards, some at a time. */

import { useMemo, useRef, useState } from "preact/hooks";
import { counted, percent, sized } from "../text.ts";
import { bytesBelow, type ChunkNode, chunkTitle, codecName, type Outline } from "./outline.ts";

const FIRST_CHILDREN = 12;
const MORE_CHILDREN = 100;

interface Props {
  readonly outline: Outline;
  readonly chosen: ChunkNode;
  onChoose(node: ChunkNode): void;
}

/** A line of the tree: a chunk, or a word that there are more. */
type Line =
  | { readonly kind: "chunk"; readonly node: ChunkNode; readonly isOpen: boolean | undefined }
  | { readonly kind: "more"; readonly node: ChunkNode; readonly rest: number };

/** The tree. */
export function ChunkTree({ outline, chosen, onChoose }: Props) {
  const [open, setOpen] = useState<ReadonlyMap<ChunkNode, number>>(
    () => new Map([...ancestors(chosen), outline.root].map((node) => [node, FIRST_CHILDREN])),
  );
  const version = outline.version.value;
  const lines = useMemo(() => linesOf(outline.root, open), [outline, open, version]);
  const at = lines.findIndex((line) => line.kind === "chunk" && line.node === chosen);
  const [focused, setFocused] = useState(0);
  const list = useRef<HTMLUListElement>(null);
  const current = Math.min(focused, lines.length - 1);
  const toggle = (node: ChunkNode): void => {
    const next = new Map(open);
    if (!next.delete(node)) next.set(node, FIRST_CHILDREN);
    setOpen(next);
  };
  const more = (node: ChunkNode): void => {
    setOpen(new Map(open).set(node, (open.get(node) ?? 0) + MORE_CHILDREN));
  };
  const moveTo = (index: number): void => {
    const next = Math.max(0, Math.min(lines.length - 1, index));
    setFocused(next);
    list.current?.children[next]?.querySelector<HTMLElement>("[role=treeitem]")?.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const line = lines[current] as Line;
    const act = (): void => (line.kind === "more" ? more(line.node) : onChoose(line.node));
    const isOpen = line.kind === "chunk" ? line.isOpen : undefined;
    const steps: Readonly<Record<string, () => void>> = {
      ArrowDown: () => moveTo(current + 1),
      ArrowUp: () => moveTo(current - 1),
      Home: () => moveTo(0),
      End: () => moveTo(lines.length - 1),
      Enter: act,
      " ": act,
      ArrowRight: () => (isOpen === false ? toggle(line.node) : moveTo(current + 1)),
      ArrowLeft: () => (isOpen === true ? toggle(line.node) : moveTo(lineOf(lines, line.node.parent))),
    };
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    step();
  };
  return (
    <ul ref={list} role="tree" class="chunk-tree" aria-label="Chunks of the file" onKeyDown={onKeyDown}>
      {lines.map((line, index) => (
        <li role="none" key={`${line.kind} ${line.node.ref.offset} ${line.node.depth} ${line.node.name}`}>
          <div
            role="treeitem"
            aria-level={line.node.depth + (line.kind === "more" ? 2 : 1)}
            aria-selected={index === at}
            aria-expanded={line.kind === "chunk" ? line.isOpen : undefined}
            tabIndex={index === current ? 0 : -1}
            class="tree-row"
            style={{ paddingLeft: `${0.5 + Math.min(12, line.node.depth + (line.kind === "more" ? 1 : 0)) * 0.9}rem` }}
            onFocus={() => setFocused(index)}
            onClick={() => (line.kind === "more" ? more(line.node) : onChoose(line.node))}
          >
            {line.kind === "more" ? (
              <span class="tree-more">{counted(line.rest, "more", "more")}: show</span>
            ) : (
              <ChunkLine node={line.node} isOpen={line.isOpen} onToggle={() => toggle(line.node)} />
            )}
          </div>
        </li>
      ))}
    </ul>
  );
}

interface ChunkLineProps {
  readonly node: ChunkNode;
  readonly isOpen: boolean | undefined;
  onToggle(): void;
}

function ChunkLine({ node, isOpen, onToggle }: ChunkLineProps) {
  const { facts, part, type, problem } = node;
  return (
    <>
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
      <span class={`swatch ${part >= 0 ? `part-${part % 8}` : "swatch-inline"}`} aria-hidden="true" />
      <span class="tree-text">
        <bdi class="tree-name">{chunkTitle(node).slice(0, 120)}</bdi>
        {type !== undefined && <span class="tree-type">{type}</span>}
      </span>
      <span class="tree-side">
        {problem !== undefined ? "damaged" : codecText(node)}
        <strong>{sized(bytesBelow(node))}</strong>
        {facts === undefined && problem === undefined ? <span class="visually-hidden">, not read</span> : null}
      </span>
    </>
  );
}

/** "lz4 43 %": the codec, and what is left of the payload. */
export function codecText({ facts }: ChunkNode): string {
  if (facts === undefined || facts.codecId === 0) return "";
  const { codecId, storedLength, payloadLength } = facts;
  const ratio = payloadLength === undefined || payloadLength === 0 ? "" : ` ${percent(storedLength / payloadLength)}`;
  return `${codecName(codecId)}${ratio}`;
}

function ancestors(node: ChunkNode): ChunkNode[] {
  return node.parent === undefined ? [] : [node.parent, ...ancestors(node.parent)];
}

function lineOf(lines: readonly Line[], node: ChunkNode | undefined): number {
  return lines.findIndex((line) => line.kind === "chunk" && line.node === node);
}

function linesOf(root: ChunkNode, open: ReadonlyMap<ChunkNode, number>): Line[] {
  const lines: Line[] = [];
  const add = (node: ChunkNode): void => {
    const shown = open.get(node);
    lines.push({ kind: "chunk", node, isOpen: node.children.length === 0 ? undefined : shown !== undefined });
    if (shown === undefined) return;
    for (const child of node.children.slice(0, shown)) add(child);
    const rest = node.children.length - shown + node.left;
    if (rest > 0 && shown < node.children.length) lines.push({ kind: "more", node, rest });
  };
  add(root);
  return lines;
}

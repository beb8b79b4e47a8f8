/** Chunks as tiles whose areas are their bytes. */

import { type HierarchyRectangularNode, hierarchy, treemap, treemapSquarify } from "d3-hierarchy";
import { bytesBelow, type ChunkNode } from "./outline.ts";

/** What a tile stands for: one chunk, its children included or not, or a run of neighbours that are too small to be seen. */
export interface Tile {
  readonly node: ChunkNode;
  /** Neighbours, from `node` on. */
  readonly count: number;
  readonly bytes: number;
  readonly children: readonly Tile[];
  /** Bytes of the file that it stands for, from start to end. */
  readonly start: number;
  readonly end: number;
}

export type PlacedTile = HierarchyRectangularNode<Tile>;

/** Children of one chunk that get tiles of their own; more are joined with their neighbours. */
const MAX_TILES = 320;
const MAX_DEPTH = 5;

function tileOf(node: ChunkNode, depth: number): Tile {
  const { ref, children } = node;
  const bytes = bytesBelow(node);
  const end = ref.offset + ref.length;
  const own = { node, count: 1, bytes, start: Math.min(ref.start ?? ref.offset, ref.offset), end };
  if (children.length === 0 || depth >= MAX_DEPTH) return { ...own, children: [] };
  const perTile = Math.ceil(children.length / MAX_TILES);
  const inner: Tile[] = [];
  for (let i = 0; i < children.length; i += perTile) {
    const run = children.slice(i, i + perTile);
    inner.push(perTile === 1 ? tileOf(run[0] as ChunkNode, depth + 1) : runOf(run));
  }
  return { ...own, children: inner };
}

function runOf(nodes: readonly ChunkNode[]): Tile {
  const first = nodes[0] as ChunkNode;
  const last = nodes.at(-1) as ChunkNode;
  const bytes = nodes.reduce((sum, node) => sum + bytesBelow(node), 0);
  const start = Math.min(first.ref.start ?? first.ref.offset, first.ref.offset);
  return { node: first, count: nodes.length, bytes, start, end: last.ref.offset + last.ref.length, children: [] };
}

/** The tiles of a file, placed in a box. */
export function placedTiles(root: ChunkNode, width: number, height: number): PlacedTile {
  const tree = hierarchy(tileOf(root, 0), ({ children }) => children);
  // What a chunk has besides its children is too small to be seen, mostly.
  tree.sum((tile) => (tile.children.length === 0 ? Math.max(1, tile.bytes) : 0));
  return treemap<Tile>()
    .tile(treemapSquarify.ratio(1.4))
    .size([width, height])
    .paddingInner(1)
    .paddingTop(({ depth, children }) => (depth === 1 && children !== undefined ? 17 : 0))
    .round(true)(tree);
}

/** The smallest tile at a place. */
export function tileAt(root: PlacedTile, x: number, y: number): PlacedTile | undefined {
  let found: PlacedTile | undefined;
  root.each((tile) => {
    if (x >= tile.x0 && x < tile.x1 && y >= tile.y0 && y < tile.y1) {
      if (found === undefined || tile.depth >= found.depth) found = tile;
    }
  });
  return found;
}

/** The file as it is stored: all chunks as tiles and as a tree, and the bytes of the one that is chosen. */

import "../values/rows.css";
import "../values/tree.css";
import "./chunks.css";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { ErrorNote } from "../failure.tsx";
import type { Session } from "../file/session.ts";
import { useLoaded } from "../loaded.ts";
import { navigate, route } from "../route.ts";
import { counted, grouped, percent, sized } from "../text.ts";
import { HexView } from "../values/hex-view.tsx";
import { ChunkTree } from "./chunk-tree.tsx";
import { bytesBelow, type ChunkNode, chunkTitle, codecName, type Outline } from "./outline.ts";
import { Treemap } from "./treemap.tsx";

/** A chunk that is longer is read when the person says so. */
const UNASKED_BYTES = 4 * 1024 * 1024;

/** Treemap, tree and details. */
export function ChunksView({ session }: { readonly session: Session }) {
  const { outline } = session;
  const version = outline.version.value;
  const { chunk: offset } = route.value;
  const chosen = useMemo(
    () => (offset === undefined ? outline.root : (outline.at(offset) ?? outline.root)),
    [outline, offset, version],
  );
  const choose = (node: ChunkNode): void => navigate({ chunk: node.ref.offset });
  return (
    <div class="chunks">
      <section class="panel" aria-label="Chunks">
        <Treemap session={session} chosen={chosen} onChoose={choose} />
        <ReadAll outline={outline} byteLength={session.file.byteLength} />
        <ChunkTree outline={outline} chosen={chosen} onChoose={choose} />
      </section>
      <Details key={chosen.ref.offset} outline={outline} node={chosen} />
    </div>
  );
}

/** What is not here of the map is read when the person wants it. */
function ReadAll({ outline, byteLength }: { readonly outline: Outline; readonly byteLength: number }) {
  const [failure, setFailure] = useState<unknown>();
  const [isReading, setReading] = useState(false);
  const abort = useRef<AbortController | null>(null);
  useEffect(() => () => abort.current?.abort(), []);
  void outline.version.value;
  if (outline.unreadCount === 0 && !isReading) return null;
  const read = async (): Promise<void> => {
    const own = new AbortController();
    abort.current = own;
    setReading(true);
    try {
      await outline.readAll({ signal: own.signal });
    } catch (error) {
      if (!own.signal.aborted) setFailure(error);
    }
    setReading(false);
  };
  return (
    <div class="row chunk-tools">
      {isReading ? (
        <button type="button" class="button small" onClick={() => abort.current?.abort()}>
          Stop
        </button>
      ) : (
        <button type="button" class="button small" onClick={() => void read()}>
          Read all chunks ({sized(byteLength)})
        </button>
      )}
      <span class="note">
        {counted(outline.unreadCount, "chunk")} {outline.unreadCount === 1 ? "is" : "are"} known only by place and
        length
      </span>
      {failure !== undefined && <ErrorNote error={failure} />}
    </div>
  );
}

function Details({ outline, node }: { readonly outline: Outline; readonly node: ChunkNode }) {
  const [isWanted, setWanted] = useState(node.ref.length <= UNASKED_BYTES);
  const { value: chunk, failure } = useLoaded(
    async (signal) => (isWanted ? await outline.read(node, { signal }) : undefined),
    [outline, node, isWanted],
  );
  return (
    <section class="panel stack-small chunk-details" aria-label="Chunk" aria-live="polite">
      <h2>
        <bdi>{chunkTitle(node).slice(0, 200)}</bdi>
      </h2>
      {node.type !== undefined && <p class="mono note">{node.type}</p>}
      <Facts node={node} />
      {failure !== undefined && <ErrorNote error={failure} />}
      {!isWanted && (
        <button type="button" class="button small" onClick={() => setWanted(true)}>
          Read {sized(node.ref.length)}
        </button>
      )}
      {chunk !== undefined && <Payload payload={() => chunk.payload} />}
    </section>
  );
}

function Facts({ node }: { readonly node: ChunkNode }) {
  const { ref, facts, children, left } = node;
  const all = bytesBelow(node);
  const rows: readonly (readonly [string, string])[] = [
    ["at byte", grouped(ref.offset)],
    ["length", `${grouped(ref.length)} bytes`],
    ...(all > ref.length ? [["with all below", `${grouped(all)} bytes`] as const] : []),
    ...(facts === undefined ? [] : factRows(facts)),
    ...(children.length > 0 ? [["children", grouped(children.length + left)] as const] : []),
  ];
  return (
    <dl class="facts facts-line">
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function factRows(facts: NonNullable<ChunkNode["facts"]>): (readonly [string, string])[] {
  const { codecId, storedLength, payloadLength, isGuarded } = facts;
  const ratio = payloadLength === undefined || payloadLength === 0 ? "" : ` (${percent(storedLength / payloadLength)})`;
  return [
    ["codec", codecName(codecId)],
    ["payload as stored", `${grouped(storedLength)} bytes${codecId === 0 ? "" : ratio}`],
    ...(codecId === 0 || payloadLength === undefined
      ? []
      : [["decompressed", `${grouped(payloadLength)} bytes`] as const]),
    ["checksum", isGuarded ? "compared, and right" : "none"],
  ];
}

/** The payload, decompressed. */
function Payload({ payload }: { readonly payload: () => Uint8Array }) {
  const { bytes, failure } = useMemo(() => {
    try {
      const all = payload();
      const read = async (start: number, end: number): Promise<Uint8Array> => all.subarray(start, end);
      return { bytes: { count: all.length, read } };
    } catch (error) {
      return { failure: error };
    }
  }, []);
  if (bytes === undefined) return <ErrorNote error={failure} />;
  return (
    <>
      <h3>Payload, {sized(bytes.count)}</h3>
      <HexView bytes={bytes} label="Payload" />
    </>
  );
}

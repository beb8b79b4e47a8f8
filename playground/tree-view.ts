/** The tree of chunks. Finding it out reads every chunk once, so for larger files it waits until it is asked for. */

import type { ChunkInfo, ChunkTree } from "parcode-web/inspect";
import { element, grouped, sized } from "./dom.ts";
import { failureText } from "./failure.ts";

/** Small enough to be read without asking. */
const UNASKED_BYTES = 1024 * 1024;

/** Children of a chunk that are shown at once. */
const SHOWN_CHILDREN = 50;

interface Inspectable {
  readonly byteLength: number;
  inspect(): Promise<ChunkTree>;
}

/** Shows the tree of `file` in `place`, at once or behind a button. */
export function showTree(file: Inspectable, place: HTMLElement): void {
  const show = async (): Promise<void> => {
    place.replaceChildren(element("p", { className: "note" }, "Reading …"));
    try {
      const tree = await file.inspect();
      const facts = `${grouped(tree.chunks)} chunks, ${grouped(tree.bytes)} bytes. What a chunk is, is guessed from its bytes.`;
      place.replaceChildren(element("p", { className: "note" }, facts), branch(tree.root, true));
    } catch (error) {
      place.replaceChildren(element("div", { className: "failed" }, ...failureText(error)));
    }
  };
  if (file.byteLength <= UNASKED_BYTES) void show();
  else {
    const button = element("button", { type: "button" }, `Show the chunks (reads all ${sized(file.byteLength)})`);
    button.addEventListener("click", () => void show());
    place.replaceChildren(button);
  }
}

const GUESSES: { readonly [Guess in ChunkInfo["guess"]]: string } = {
  generic: "struct",
  vec: "list",
  map: "map",
  leaf: "data",
};

function label(chunk: ChunkInfo): string {
  const { offset, length, storedLength, payloadLength, codecId, items, parts } = chunk;
  // A struct's bytes may look like a list's; its children then do not fit the number of parts.
  const isList = chunk.guess === "vec" && parts === chunk.children.length;
  const guess = chunk.guess === "vec" && !isList ? "generic" : chunk.guess;
  const counts = [
    items === undefined || !isList ? [] : [`${grouped(items)} items`],
    parts === undefined || guess === "generic" ? [] : [`${grouped(parts)} ${parts === 1 ? "part" : "parts"}`],
    codecId === 0 || payloadLength === undefined
      ? []
      : [`${Math.round((100 * storedLength) / Math.max(1, payloadLength))} % of ${sized(payloadLength)}`],
  ].flat();
  return [`${GUESSES[guess]} at ${grouped(offset)}`, sized(length), ...counts].join(" · ");
}

function branch(chunk: ChunkInfo, open = false): HTMLElement {
  if (chunk.children.length === 0) return element("div", { className: "leaf" }, label(chunk));
  const details = element("details", {}, element("summary", {}, label(chunk)));
  // Only what is opened is made: a tree may have many thousands of chunks.
  let made = false;
  const fill = (): void => {
    if (made) return;
    made = true;
    appendChildren(details, chunk.children, 0);
  };
  details.addEventListener("toggle", fill);
  if (open) {
    details.open = true;
    fill();
  }
  return details;
}

function appendChildren(parent: HTMLElement, children: readonly ChunkInfo[], start: number): void {
  const end = Math.min(children.length, start + SHOWN_CHILDREN);
  parent.append(...children.slice(start, end).map((child) => branch(child)));
  if (end === children.length) return;
  const more = element("button", { type: "button" }, `${grouped(children.length - end)} more`);
  more.addEventListener("click", () => {
    more.remove();
    appendChildren(parent, children, end);
  });
  parent.append(more);
}

/**
 * Step 9: kits: what lists, typed arrays, maps and sorted maps are read with, handles and all. A file that was opened with promises
 * loads those that its schema has use for, while its structure is read (load-kits.ts); `openSync` has all of them (all-kits.ts).
 */

import {
  type ContainerKind,
  type ContainerReader,
  containerKindOf,
  installPlaced,
  installReader,
  type ReadPlaced,
} from "../read/containers.ts";
import type { HandlePlace } from "./handle.ts";

type HandleClass = new (place: never) => object;

/** The class whose methods give promises, and the one whose methods give values. */
export type HandleClasses = readonly [HandleClass, HandleClass];

/** What containers of one kind are read with. */
export interface Kit {
  readonly classes: HandleClasses;
  readonly reader: ContainerReader;
  readonly placed?: ReadPlaced;
}

const installed = new Map<ContainerKind, HandleClasses>();

/** Makes a kit known that is here already. */
export function install(kind: ContainerKind, { classes, reader, placed }: Kit): void {
  installed.set(kind, classes);
  if (placed !== undefined) installPlaced(placed);
  installReader(kind, reader);
}

/** As many as {@link ContainerKind} has. */
const KIT_COUNT = 5;

/** Whether all kits are here. */
export function areAllInstalled(): boolean {
  return installed.size === KIT_COUNT;
}

/** Whether a kit is here. */
export function isInstalled(kind: ContainerKind): boolean {
  return installed.has(kind);
}

/** A handle of the class for its content; undefined where that has none of its own. */
export function specialHandle(place: HandlePlace): object | undefined {
  const kind = containerKindOf(place.content);
  if (kind === undefined) return undefined;
  // Whoever opened the file has seen to it that they are here.
  const [Asynchronous, Synchronous] = installed.get(kind) as HandleClasses;
  return new (place.runner.mode === "async" ? Asynchronous : Synchronous)(place as never);
}

// Everything that is measured, by name. A contender is an object of functions; see `Contender`.
import { flatbuffers } from "./flatbuffers.mjs";
import { flechette } from "./flechette.mjs";
import { hyparquet } from "./hyparquet.mjs";
import { json } from "./json.mjs";
import { lmdb } from "./lmdb.mjs";
import { msgpackr } from "./msgpackr.mjs";
import { parcode } from "./parcode.mjs";
import { avro, cbor, protobuf, v8 } from "./whole.mjs";

/**
 * @typedef {object} Contender
 * @property {string} name What the tables call it.
 * @property {readonly string[]} packages Packages of bench/ whose version matters.
 * @property {boolean} [isParcode]
 * @property {boolean} [sharesFile] Its file and its writer are those of another row, so they are not measured again.
 * @property {boolean} [writesOnly] Its file is that of another row, so reading is not measured again.
 * @property {boolean} [writesToDisk] `write` gives no bytes, but a file in the directory that it is given, which is empty.
 * @property {boolean} [isMapped] Its file is mapped into memory: nobody can count what is read of it.
 * @property {boolean} [isForNodeAlone] There is none for pages.
 * @property {boolean} [isOptional] It needs a binary that some machines do not have, and is left out there.
 * @property {() => Promise<unknown>} load Imports the library: what a cold start pays before anything else.
 * @property {(library, world) => unknown} prepare The world in the form in which a user of this library has it; not timed.
 * @property {(library, input, directory?: string) => Promise<Record<string, Uint8Array>> | Record<string, Uint8Array>} write
 *   Encodes to bytes, by file name.
 * @property {(library, directory: string) => Promise<OpenWorld> | OpenWorld} open
 *
 * @typedef {object} OpenWorld Functions that give values, or promises of them.
 * @property {() => number} field settings.difficulty
 * @property {(name: string) => { level: number, inventory: ArrayLike<number> }} player
 * @property {() => Float32Array} heights
 * @property {() => object} everything All values of the world, plain.
 * @property {() => void} close
 */

/**
 * @param {{ library?: string, against?: string }} builds Folders of builds of this library: the one that is measured (dist/), and
 *   another one to be measured beside it.
 * @returns {Map<string, Contender>}
 */
export function contenders({ library, against }) {
  const ours = [
    parcode({ name: "parcode", mode: "async", library }),
    parcode({ name: "parcode, sync", mode: "file", library }),
    parcode({ name: "parcode, sync in memory", mode: "memory", library }),
    parcode({ name: "parcode, LZ4", mode: "async", compression: "lz4", library }),
    parcode({ name: "parcode, LZ4, two workers", mode: "async", compression: "lz4", workers: 2, library }),
  ];
  if (against !== undefined) {
    ours.push(
      parcode({ name: "other build", mode: "async", library: against }),
      parcode({ name: "other build, sync", mode: "file", library: against }),
    );
  }
  const rivals = [json, msgpackr, cbor, v8, avro, protobuf, flatbuffers, flechette, hyparquet, lmdb];
  return new Map([...ours, ...rivals].map((contender) => [contender.name, contender]));
}

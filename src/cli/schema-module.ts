/** The command line: the schema of `--schema MODULE[#NAME]`. In: that text. Out: the schema that the module exports. */

import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { nodeOf } from "../schema/node.ts";
import type { Schema } from "../schema/types.ts";
import { CommandError } from "./usage.ts";

/**
 * Imports the module and takes its schema: the one called NAME, else the default export, else the only one there is.
 * @throws {CommandError} No such module, it does not load, or it is not clear which schema is meant.
 */
export async function loadSchema(text: string): Promise<Schema> {
  const { file, name } = splitName(text);
  const exports = await importModule(file);
  const schemas = Object.keys(exports).filter((key) => isSchema(exports[key]));
  const wanted = name ?? (schemas.includes("default") || schemas.length !== 1 ? "default" : schemas[0]);
  if (wanted !== undefined && schemas.includes(wanted)) return exports[wanted] as Schema;
  const missing = name === undefined ? "exports no schema by default" : `exports no schema ${name}`;
  const there =
    schemas.length === 0 ? "it exports no schema at all" : `there is ${schemas.map((key) => `#${key}`).join(", ")}`;
  throw new CommandError(`${file} ${missing}; ${there}`);
}

/** A # may also be part of the file's own name. */
function splitName(text: string): { file: string; name: string | undefined } {
  const hash = text.lastIndexOf("#");
  if (hash < 1 || existsSync(text)) return { file: text, name: undefined };
  return { file: text.slice(0, hash), name: text.slice(hash + 1) || undefined };
}

async function importModule(file: string): Promise<Record<string, unknown>> {
  const path = file.startsWith("file:") ? fileURLToPath(file) : resolve(file);
  if (!existsSync(path)) throw new CommandError(`the schema module ${file} does not exist`);
  try {
    return (await import(pathToFileURL(path).href)) as Record<string, unknown>;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    const reason =
      code === "ERR_UNKNOWN_FILE_EXTENSION"
        ? `Node ${process.versions.node} does not load this kind of file; a newer Node loads TypeScript, any loads .js and .mjs`
        : String(error);
    throw new CommandError(`the schema module ${file} does not load: ${reason}`);
  }
}

function isSchema(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  try {
    nodeOf(value as Schema);
    return true;
  } catch {
    return false;
  }
}

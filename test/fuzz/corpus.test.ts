/// <reference types="vite/client" />
/** Files that the fuzzer has found something with, minimised: each is read in every way, as in a round. */
import { expect, test } from "vitest";
import { bytesOfHex } from "../support/fixtures.ts";
import { readAll } from "./read-all.ts";
import { subjects } from "./subjects.ts";

/** A file of test/fuzz/corpus. */
interface Found {
  /** What is wrong with the file, and what it led to. */
  readonly what: string;
  /** Name of the subject whose schema it is read with. */
  readonly subject: string;
  /** Whether the file must be read to the subject's value, where it is read. */
  readonly guarded: boolean;
  readonly hex: string;
  /** Codes of the errors that are met. */
  readonly codes: readonly string[];
}

const corpus = import.meta.glob<Found>("./corpus/*.json", { eager: true, import: "default" });

test.for(Object.entries(corpus))("%s", async ([, { what, subject: name, guarded, hex, codes }]) => {
  const subject = (await subjects()).find((candidate) => candidate.name === name);
  if (subject === undefined) throw new Error(`There is no subject ${name}.`);
  const found = await readAll({ subject, bytes: bytesOfHex(hex), sealed: !guarded, what });
  expect([...found].sort()).toEqual(codes);
});

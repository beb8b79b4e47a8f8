/** How many workers a caller may ask for. Apart from other options, since what starts workers is loaded without those. */

import { integer } from "./errors/option.ts";

/** @throws {InvalidOptionError} Neither a number of workers, nor "auto", nor false. */
export function checkWorkers(workers: number | "auto" | false = "auto"): void {
  if (workers !== "auto" && workers !== false) integer("workers", workers, 1, 1, 64);
}

/** Starts the range server for one run of a project's tests, and stops it afterwards. */
import type { TestProject } from "vitest/node";
import type {} from "./range-client.ts";
import { startRangeServer } from "./range-server.ts";

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startRangeServer();
  project.provide("rangeServer", server.url);
  return () => server.close();
}

/** Starts the servers for one run of a project's tests, and stops them afterwards. */
import type { TestProject } from "vitest/node";
import { startNginx } from "./nginx.ts";
import type {} from "./range-client.ts";
import { startRangeServer } from "./range-server.ts";

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const nginx = await startNginx();
  if (nginx === undefined)
    console.warn("There is no nginx here (Debian: apt-get install nginx-light): the tests against one are skipped.");
  const server = await startRangeServer(nginx?.folder);
  project.provide("rangeServer", server.url);
  project.provide("nginx", nginx?.url ?? "");
  return async () => {
    await server.close();
    await nginx?.close();
  };
}

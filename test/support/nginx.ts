/**
 * A real nginx with the configuration that docs/HOSTING.md recommends, for as long as the tests run: the server that the
 * well-behaved part is held against. Where there is none, the tests that need it are skipped.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { hostConfiguration } from "../../src/doctor/hosts.ts";

export interface Nginx {
  /** Without a slash at the end. */
  readonly url: string;
  /** What it serves: files named *.par as recommended, others as nginx does by itself, with gzip for text. */
  readonly folder: string;
  close(): Promise<void>;
}

function findNginx(): string | undefined {
  const folders = ["/usr/sbin", "/usr/local/sbin", ...(process.env.PATH ?? "").split(delimiter)];
  return folders.map((folder) => join(folder, "nginx")).find((path) => existsSync(path));
}

/** Starts nginx, or says that there is none. */
export async function startNginx(): Promise<Nginx | undefined> {
  const executable = findNginx();
  if (executable === undefined) return undefined;
  const home = await mkdtemp(join(tmpdir(), "parcode-nginx-"));
  const folder = join(home, "files");
  await mkdir(folder);
  const port = await freePort();
  await writeFile(join(home, "nginx.conf"), configuration(home, folder, port));
  const child = spawn(executable, ["-p", home, "-c", join(home, "nginx.conf"), "-g", "daemon off;"], {
    stdio: "ignore",
  });
  const url = `http://127.0.0.1:${port}`;
  const close = async (): Promise<void> => {
    await ended(child);
    await rm(home, { recursive: true, force: true });
  };
  if (await answers(url, child)) return { url, folder, close };
  await close();
  throw new Error(`${executable} does not start with the recommended configuration.`);
}

function configuration(home: string, folder: string, port: number): string {
  const user = process.getuid?.() === 0 ? "user root;\n" : "";
  const paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((name) => `${name}_temp_path ${home}/${name};`)
    .join("\n");
  // With text for everybody else, so that it shows when the recommended part does not keep .par files out of that.
  const place = `listen 127.0.0.1:${port}; root ${folder}; add_header Access-Control-Allow-Origin "*";`;
  const recommended = hostConfiguration("nginx").text.replace(/# listen.*/, place);
  return `${user}worker_processes 1;
pid ${home}/pid;
error_log ${home}/error.log;
events { worker_connections 256; }
http {
access_log off;
gzip on;
gzip_min_length 20;
gzip_types *;
${paths}
${recommended}
}
`;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function answers(url: string, child: ChildProcess): Promise<boolean> {
  for (let attempt = 0; attempt < 500 && child.exitCode === null; attempt++) {
    if (await fetch(url).catch(() => undefined)) return true;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return false;
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  await exit;
}

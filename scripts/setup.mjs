// Brings a machine with only Node and npm to where everything runs: packages, and a Chromium for the browser tests.
// Uses nothing outside Node, because it runs before the packages are there. Usage: node scripts/setup.mjs
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { findChromium } from "./chromium.mjs";
import { ROOT, run, runNpm } from "./process.mjs";

const OLDEST_NODE = [20, 19];
const NGINX = ["/usr/sbin/nginx", "/usr/local/sbin/nginx", "/usr/bin/nginx"];

export class SetupError extends Error {}

/** Installs the packages of `folder` exactly as its lock file says, unless they are there already. */
export async function ensurePackages(folder = ROOT) {
  checkNode();
  if (isInstalled(folder)) return;
  console.log(`Installing packages in ${folder}`);
  const { code } = await runNpm(["ci", "--no-audit", "--no-fund"], { cwd: folder });
  if (code !== 0) throw new SetupError(`npm ci ended with code ${code} in ${folder}`);
}

/** Finds a Chromium that starts; installs one where that is one command: as root on Debian. */
export async function ensureChromium() {
  if (await startsChromium()) return;
  if (isDebian() && process.getuid?.() === 0) {
    console.log("Installing Chromium with apt-get");
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    await run("apt-get", ["update", "-q"], { env });
    await run("apt-get", ["install", "-y", "-q", "--no-install-recommends", "chromium"], { env });
    if (await startsChromium()) return;
  }
  throw new SetupError(
    [
      "No Chromium that starts was found, and the tests run in one.",
      "Install Chromium or Chrome (Debian: apt-get install chromium), or set CHROMIUM_PATH to its executable.",
      "Without one, PARCODE_SKIP_CHROMIUM=1 npm test runs the Node part only.",
    ].join("\n"),
  );
}

/** Installs nginx where that is one command, as for Chromium. Without it, the tests against it are skipped. */
export async function ensureNginx() {
  if (NGINX.some((path) => existsSync(path)) || !isDebian() || process.getuid?.() !== 0) return;
  console.log("Installing nginx with apt-get");
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  await run("apt-get", ["update", "-q"], { env });
  await run("apt-get", ["install", "-y", "-q", "--no-install-recommends", "nginx-light"], { env });
}

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_NODE;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return;
  throw new SetupError(`Node ${OLDEST_NODE.join(".")} or newer is needed; this is ${process.versions.node}.`);
}

/** Compares what npm noted at its last install with the lock file. Times of files say nothing after a checkout. */
function isInstalled(folder) {
  const installed = packagesOf(join(folder, "node_modules/.package-lock.json"));
  const wanted = packagesOf(join(folder, "package-lock.json"));
  if (installed === undefined || wanted === undefined) return false;
  return Object.entries(wanted).every(([path, { version, optional }]) => {
    if (path === "") return true;
    if (installed[path] === undefined) return optional === true;
    return installed[path].version === version && existsSync(join(folder, path, "package.json"));
  });
}

function packagesOf(lockFile) {
  try {
    return JSON.parse(readFileSync(lockFile, "utf8")).packages;
  } catch {
    return undefined;
  }
}

async function startsChromium() {
  const path = findChromium();
  return path !== undefined && (await run(path, ["--version"], { capture: true })).code === 0;
}

function isDebian() {
  try {
    return /^ID=debian$/m.test(readFileSync("/etc/os-release", "utf8"));
  } catch {
    return false;
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  try {
    await ensurePackages();
    await ensureNginx();
    if (process.env.PARCODE_SKIP_CHROMIUM !== "1") await ensureChromium();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}

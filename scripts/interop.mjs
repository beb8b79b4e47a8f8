// Our files and those of the Rust crate, read by each other: builds the oracle of test/interop/rust and runs the tests that
// ask it. Ends with code 77, and says why, where the oracle cannot be built for want of Rust or of the crates.
// Usage: node scripts/interop.mjs [arguments for vitest]
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT, run, runNode } from "./process.mjs";
import { ensurePackages, SetupError } from "./setup.mjs";

const SKIPPED = 77;
const ORACLE = join(ROOT, "test/interop/rust");
/** Inside the checkout, whatever the user's settings are, because the tests look for the program there. */
const TARGET = join(ORACLE, "target");
const BUILD = ["build", "--release", "--locked", "--offline", "--quiet"];
/** Where the registry does not answer, a minute of trying changes nothing. */
const IMPATIENT = { CARGO_NET_RETRY: "1", CARGO_HTTP_TIMEOUT: "20" };
const env = { ...process.env, ...IMPATIENT, CARGO_TARGET_DIR: TARGET, CARGO_TERM_COLOR: "never" };

try {
  process.exitCode = await interop();
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

async function interop() {
  const reason = (await missingRust()) ?? (await missingCrates());
  if (reason !== undefined) {
    console.log(`Skipped: ${reason}`);
    return SKIPPED;
  }
  console.log("Building the oracle");
  const built = await cargo(BUILD, false);
  if (built.code !== 0) {
    console.error("The oracle does not build.");
    return 1;
  }
  await ensurePackages();
  const { code } = await runNode("vitest", ["run", "--config", "vitest.interop.config.ts", ...process.argv.slice(2)]);
  return code === SKIPPED ? 1 : code;
}

async function missingRust() {
  const { code, output } = await cargo(["--version"]);
  if (code !== 0) return "there is no cargo here to build the Rust crate with.";
  const wanted = /^rust-version = "(.+)"$/m.exec(readFileSync(join(ORACLE, "Cargo.toml"), "utf8"))?.[1] ?? "0";
  const found = /\d+\.\d+(\.\d+)?/.exec(output)?.[0] ?? "0";
  return isOlder(found, wanted) ? `the Rust crate needs Rust ${wanted}, and this is ${found}.` : undefined;
}

/**
 * Cached crates do without the registry; so does a build that needs only some of them. A lock file that does not fit is no
 * reason to skip: building will tell.
 */
async function missingCrates() {
  if ((await cargo(["fetch", "--locked", "--offline"])).code === 0) return undefined;
  console.log("Fetching the Rust crates");
  const { code, output } = await cargo(["fetch", "--locked"]);
  if (code === 0 || /lock file|Cargo\.lock|Cargo\.toml/.test(output)) return undefined;
  if ((await cargo(BUILD)).code === 0) return undefined;
  return `the registry of Rust crates is out of reach, and they are not cached.\n${output.trim()}`;
}

/** The toolchain and settings of the oracle's folder apply, so cargo runs there. */
function cargo(args, capture = true) {
  return run("cargo", args, { cwd: ORACLE, env, capture });
}

function isOlder(version, wanted) {
  const [a, b] = [version, wanted].map((text) => text.split(".").map(Number));
  const at = b.findIndex((part, index) => part !== (a[index] ?? 0));
  return at >= 0 && (a[at] ?? 0) < b[at];
}

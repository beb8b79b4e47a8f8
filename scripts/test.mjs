// `npm test`: sets the machine up, then checks, builds and runs every test. Further arguments go to vitest.
// The last line is `N passed, N failed`: the tests of vitest, and each other step as one.
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ROOT, run, runNode } from "./process.mjs";
import { ensureChromium, ensureNginx, ensurePackages, SetupError } from "./setup.mjs";

const REPORT = join(ROOT, ".cache/vitest.json");
const SKIPPED = 77;
const skipChromium = process.env.PARCODE_SKIP_CHROMIUM === "1";

const results = [];

try {
  await ensurePackages();
  if (!skipChromium) await ensureChromium();
  await ensureNginx();
  await step("check", () => runNode("scripts/check.mjs"));
  await step("build", () => runNode("scripts/build.mjs"));
  await step("types canary", () => runNode("scripts/check-types-canary.mjs"));
  await runTests();
  // The tests replay a seed; where nobody waits, a minute is left for one that nobody has seen.
  if (process.env.CI) await step("fuzz", () => runNode("scripts/fuzz.mjs"));
  await step("interop", runInterop);
  if (skipChromium) results.push({ name: "chromium", outcome: "skipped", passed: 0, failed: 0, seconds: 0 });
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  console.error(error.message);
  results.push({ name: "setup", outcome: "FAILED", passed: 0, failed: 1, seconds: 0 });
}
summarize();

async function step(name, action) {
  const start = performance.now();
  console.log(`\n── ${name}`);
  const { code } = await action();
  const outcome = code === 0 ? "ok" : code === SKIPPED ? "skipped" : "FAILED";
  const failed = outcome === "FAILED" ? 1 : 0;
  results.push({ name, outcome, passed: outcome === "ok" ? 1 : 0, failed, seconds: secondsSince(start) });
}

async function runTests() {
  const start = performance.now();
  console.log("\n── tests");
  rmSync(REPORT, { force: true });
  mkdirSync(join(ROOT, ".cache"), { recursive: true });
  const projects = skipChromium ? ["--project", "node"] : [];
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${REPORT}`];
  const { code } = await runNode("vitest", ["run", ...projects, ...reporters, ...process.argv.slice(2)]);
  const { numPassedTests = 0, numFailedTests = 0 } = existsSync(REPORT) ? JSON.parse(readFileSync(REPORT, "utf8")) : {};
  results.push({
    name: "tests",
    outcome: code === 0 ? "ok" : "FAILED",
    passed: numPassedTests,
    failed: code === 0 ? 0 : Math.max(numFailedTests, 1),
    seconds: secondsSince(start),
  });
}

/** Against the Rust crate: needs cargo; the script itself says so and returns 77 where cargo reaches no registry. */
async function runInterop() {
  if (!existsSync(join(ROOT, "scripts/interop.mjs"))) {
    console.log("Skipped: there is no scripts/interop.mjs.");
    return { code: SKIPPED };
  }
  if ((await run("cargo", ["--version"], { capture: true })).code !== 0) {
    console.log("Skipped: there is no cargo here to build the Rust crate with.");
    return { code: SKIPPED };
  }
  return runNode("scripts/interop.mjs");
}

function summarize() {
  console.log("\n── summary");
  for (const { name, outcome, seconds } of results) {
    console.log(`${outcome.padEnd(8)}${name.padEnd(16)}${seconds.toFixed(1).padStart(6)} s`);
  }
  const passed = results.reduce((sum, result) => sum + result.passed, 0);
  const failed = results.reduce((sum, result) => sum + result.failed, 0);
  console.log(`\n${passed} passed, ${failed} failed`);
  if (failed > 0 || passed === 0) process.exitCode = 1;
}

function secondsSince(start) {
  return (performance.now() - start) / 1000;
}

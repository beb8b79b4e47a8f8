// The main job's large data: the names of all packages of npm, 117 MB of JSON, fetched when it is asked for.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT, runNpm } from "../process.mjs";
import { Names } from "./schemas.mjs";
import { grouped } from "./terminal.mjs";

const PACKAGE = {
  name: "all-the-package-names",
  version: "2.0.2578",
  integrity: "sha512-AwGNwxVE3rEmzteVKN4onA+0imeh9K2Yxy1M9LfLSeiY/+iG2LInU+T0/03CCrq9//sLMqFsSMULjrrT78N5Ag==",
};
const FOLDER = join(ROOT, ".cache", PACKAGE.name);

/** Fetches the package into the cache, unless it is there. npm holds what it gets against the digest that it notes. */
async function ensureNames() {
  const { name, version, integrity } = PACKAGE;
  const jsonPath = join(FOLDER, "node_modules", name, "names.json");
  if (notedIntegrity() !== integrity || !existsSync(jsonPath)) {
    console.log(`Fetching ${name} ${version} from npm, once`);
    const quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
    const { code } = await runNpm(["install", "--prefix", FOLDER, "--save-exact", `${name}@${version}`, ...quiet]);
    if (code !== 0) throw new Error(`npm install ended with code ${code}: ${name} could not be fetched`);
  }
  const noted = notedIntegrity();
  if (noted !== integrity) throw new Error(`${name} ${version} should have the digest ${integrity}, and has ${noted}`);
  return jsonPath;
}

function notedIntegrity() {
  try {
    const { packages } = JSON.parse(readFileSync(join(FOLDER, "package-lock.json"), "utf8"));
    return packages[`node_modules/${PACKAGE.name}`]?.integrity;
  } catch {
    return undefined;
  }
}

/** What is packed. */
export function namesValue(records, source) {
  const byName = new Map();
  for (let i = 0; i < records.length; i++) byName.set(records[i], i);
  assert.equal(byName.size, records.length, "no name is there twice");
  return { source, count: records.length, list: records, byName };
}

/** The order of the file. */
const byBytes = (a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** What is read, each with its check against the JSON. */
function namesSteps(records) {
  const wanted = records.includes("vite") ? "vite" : records[records.length >> 2];
  const index = records.indexOf(wanted);
  const middle = records.length >> 1;
  const longest = records.reduce((most, name) => Math.max(most, name.length), 0);
  const missing = `${wanted}/no-such-name`;
  const beginning = wanted.slice(0, 4);
  return [
    {
      title: "a field",
      read: (root) => root.count,
      check: (count) => {
        assert.equal(count, records.length);
        return `${grouped(count)} names`;
      },
    },
    {
      title: `look up "${wanted}"`,
      read: (root) => root.byName.get(wanted),
      check: (found) => {
        assert.equal(found, index);
        return `name ${grouped(index)}`;
      },
    },
    {
      title: `names that begin with "${beginning}"`,
      read: (root) => root.byName.prefix(beginning, { limit: 20 }).toArray(),
      check: (found) => {
        const names = records.filter((name) => name.startsWith(beginning)).sort(byBytes);
        assert.deepEqual(
          found.map(([name]) => name),
          names.slice(0, 20),
        );
        return `${found.length} of ${grouped(names.length)}`;
      },
    },
    {
      title: "a name that nobody has",
      read: (root) => root.byName.has(missing),
      check: (found) => {
        assert.equal(found, false);
        return "not there";
      },
    },
    {
      title: `name ${grouped(middle)} of the list`,
      read: (root) => root.list.at(middle),
      check: (name) => {
        assert.equal(name, records[middle]);
        return name;
      },
    },
    {
      title: `the names around "${wanted}", a slice`,
      read: (root) => root.list.slice(Math.max(0, index - 5), index + 5),
      check: (names) => {
        assert.deepEqual(names, records.slice(Math.max(0, index - 5), index + 5));
        return `from ${names[0]}`;
      },
    },
    {
      title: "all names in turn, for the longest",
      read: async (root) => {
        let most = 0;
        let count = 0;
        for await (const name of root.list) {
          count++;
          if (name.length > most) most = name.length;
        }
        return { most, count };
      },
      check: ({ most, count }) => {
        assert.deepEqual({ most, count }, { most: longest, count: records.length });
        return `${most} characters`;
      },
    },
  ];
}

/** Every name of the list, and every one in the map, against the JSON. */
async function checkAll(root, records) {
  let index = 0;
  for await (const name of root.list) if (name !== records[index++]) assert.fail(`name ${index - 1} is ${name}`);
  assert.equal(index, records.length);
  let entries = 0;
  for await (const [name, place] of root.byName) {
    entries++;
    if (records[place] !== name) assert.fail(`${name} is not at ${place}`);
  }
  assert.equal(entries, records.length);
}

/** The job; see run.mjs. */
export const namesJob = {
  name: "names",
  schema: Names,
  async load() {
    const jsonPath = await ensureNames();
    /** @type {string[]} */
    const records = JSON.parse(readFileSync(jsonPath, "utf8"));
    return { jsonPath, records, source: `${PACKAGE.name} ${PACKAGE.version}` };
  },
  value: namesValue,
  steps: namesSteps,
  checkAll,
};

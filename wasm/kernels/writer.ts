/** What the module for writers exports; readers do not carry it. */

export {
  bucketBytes,
  countEntries,
  findEqual,
  hashTexts,
  largestBucket,
  layTables,
  placeEntries,
  sortEntries,
  startBuckets,
  writeBucket,
} from "./buckets.ts";
export { SLACK, WORK } from "./memory.ts";

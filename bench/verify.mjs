// Whether a contender gives the values that were written. Numbers may come as any array-like, names as Map or object.
import assert from "node:assert/strict";

export function checkField(actual, world) {
  assert.equal(actual, world.settings.difficulty, "settings.difficulty");
}

export function checkPlayer(actual, world, name) {
  samePlayer(actual, world.players.get(name), name);
}

export function checkHeights(actual, world) {
  assert.ok(actual instanceof Float32Array, "the floats must come as Float32Array");
  sameNumbers(actual, world.heights, "heights");
}

export function checkWorld(actual, world) {
  assert.equal(actual.title, world.title);
  assert.equal(actual.tick, world.tick);
  const { difficulty, gravity, rules } = actual.settings;
  assert.deepEqual({ difficulty, gravity, rules: [...rules] }, world.settings);
  const players = actual.players instanceof Map ? actual.players : new Map(Object.entries(actual.players));
  assert.equal(players.size, world.players.size, "number of players");
  for (const [name, player] of world.players) samePlayer(players.get(name), player, name);
  assert.equal(actual.roster.length, world.roster.length, "length of the roster");
  for (const [i, entry] of world.roster.entries()) {
    assert.equal(actual.roster[i].name, entry.name);
    samePlayer(actual.roster[i], entry, entry.name);
  }
  assert.ok(Buffer.from(world.asset.buffer).equals(actual.asset), "the asset differs");
  checkHeights(actual.heights, world);
}

function samePlayer(actual, expected, name) {
  assert.ok(actual, `there is no ${name}`);
  assert.equal(actual.level, expected.level, `level of ${name}`);
  sameNumbers(actual.inventory, expected.inventory, `inventory of ${name}`);
}

function sameNumbers(actual, expected, what) {
  assert.equal(actual.length, expected.length, `length of ${what}`);
  for (let i = 0; i < expected.length; i++) {
    if (actual[i] !== expected[i]) assert.fail(`${what}[${i}] is ${actual[i]}, not ${expected[i]}`);
  }
}

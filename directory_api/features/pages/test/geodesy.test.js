import assert from "node:assert/strict";
import { test } from "node:test";
import { distance, fromRings } from "../src/geodesy.js";

const MILLIMETRE = 0.001;

function assertDistance([lat1, lon1, lat2, lon2], metres, tolerance = MILLIMETRE) {
  for (const actual of [distance(lat1, lon1, lat2, lon2), distance(lat2, lon2, lat1, lon1)]) {
    assert.ok(Math.abs(actual - metres) <= tolerance, `${actual} instead of ${metres}`);
  }
}

const degrees = (degree, minute, second) => degree + minute / 60 + second / 3600;

test("a distance is the length of the geodesic", () => {
  // Geoscience Australia: Flinders Peak to Buninyong (GRS80, which differs by less than 0.01 mm).
  const flindersPeak = [-degrees(37, 57, 3.7203), degrees(144, 25, 29.5244)];
  const buninyong = [-degrees(37, 39, 10.1561), degrees(143, 55, 35.3839)];
  assertDistance([...flindersPeak, ...buninyong], 54972.271);
  // One degree of the equator, by its definition: the semi-major axis times a degree.
  assertDistance([0, 10, 0, 11], (6378137 * Math.PI) / 180);
  // A quarter of a meridian of WGS84.
  assertDistance([0, 5, 90, 5], 10001965.729);
});

test("almost opposite points have the distance of Karney's algorithm", () => {
  assertDistance([0, 0, 0.5, 179.5], 19936288.579);
  assertDistance([90, 0, -90, 0], 2 * 10001965.729, 2 * MILLIMETRE);
});

test("equal points have no distance, also across the antimeridian", () => {
  assertDistance([50.85, 4.35, 50.85, 4.35], 0);
  assertDistance([50, 180, 50, -180], 0);
});

const SQUARE = [[0, 0], [10, 0], [10, 10], [0, 10]];

test("rings turn around a point or not", () => {
  const hole = [[4, 4], [4, 6], [6, 6], [6, 4]];
  const isInside = (rings, lat, lon) => fromRings(rings, lat, lon)[0] !== 0;
  assert.equal(isInside([SQUARE], 5, 5), true);
  assert.equal(isInside([SQUARE], 5, 11), false);
  assert.equal(isInside([SQUARE], -1, 5), false);
  assert.equal(isInside([SQUARE, hole], 5, 5), false);
  assert.equal(isInside([SQUARE, SQUARE], 5, 5), true);
});

test("the closest edge of rings is so many metres away", () => {
  const metres = (lat, lon) => Math.round(fromRings([SQUARE], lat, lon)[1]);
  assert.equal(metres(10.01, 5), 1112);
  assert.equal(metres(9.99, 5), 1112);
  // Beyond the end of an edge, the distance to its corner counts.
  assert.equal(metres(-0.01, -0.01), 1573);
  assert.equal(fromRings([], 5, 5)[1], Infinity);
});

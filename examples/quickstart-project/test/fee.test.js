import assert from "node:assert/strict";
import { test } from "node:test";
import { parkingFee } from "../src/fee.js";
import { receiptLine } from "../src/receipt.js";

test("the first half hour is free", () => {
  assert.equal(parkingFee(0), 0);
  assert.equal(parkingFee(30), 0);
});

test("a full hour costs one hour", () => {
  assert.equal(parkingFee(60), 250);
});

test("every started hour is charged", () => {
  assert.equal(parkingFee(31), 250);
  assert.equal(parkingFee(61), 500);
});

test("a day never costs more than the cap", () => {
  assert.equal(parkingFee(23 * 60), 1800);
  assert.equal(parkingFee(24 * 60), 1800);
});

test("the receipt shows time and price", () => {
  assert.equal(receiptLine(125), "2 h 05 min  7.50");
});

test("nonsense is refused", () => {
  assert.throws(() => parkingFee(-1), RangeError);
  assert.throws(() => parkingFee(1.5), RangeError);
});

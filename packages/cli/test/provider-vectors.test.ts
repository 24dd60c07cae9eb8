import { afterEach, beforeEach, describe, it } from "vitest";
import { Bench } from "./support/cli.ts";
import { playVector, vectors } from "./support/provider-vectors.ts";

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});
afterEach(async () => await bench.close());

describe("the known-good vectors of model providers", () => {
  it.each(vectors)("$name", async vector => {
    await playVector(bench, vector);
  });
});

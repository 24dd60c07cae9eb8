import { describe, expect, it } from "vitest";
import vectors from "./data/type-errors.json" with { type: "json" };
import { failure, world } from "./helpers.ts";

interface Vector {
  toml: string;
  error: string | null;
  line?: number;
  column?: number;
  key?: string;
}

describe("a value of the wrong type is refused with the reference program's text and place", () => {
  for (const vector of vectors as Vector[]) {
    it(vector.toml.replaceAll("\n", " ⏎ "), async () => {
      const { load, home } = world({ "home/config.toml": vector.toml });
      if (vector.error === null) {
        await load();
        return;
      }
      const error = await failure(load());
      expect({
        error: error.reason,
        line: error.range?.start.line,
        column: error.range?.start.column,
        // Ours names the key everywhere; the recorded text does not always.
        key: vector.key === undefined ? undefined : error.keyPath,
        file: error.file,
      }).toEqual({
        error: vector.error,
        line: vector.line,
        column: vector.column,
        key: vector.key,
        file: vector.line === undefined ? undefined : `${home}/config.toml`,
      });
    });
  }
});

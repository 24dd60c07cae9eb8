import { readFileSync } from "node:fs";

/** Reads a table of vectors of this folder. */
export function vectors<T>(name: string): T {
  return JSON.parse(readFileSync(`${import.meta.dirname}/vectors/${name}.json`, "utf8")) as T;
}

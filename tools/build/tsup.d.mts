import type { Options } from "tsup";
export function library(entry: string[] | Record<string, string>, more?: Options): unknown;

import type { Options } from "tsup";
export function library(entry: string[], more?: Options): unknown;

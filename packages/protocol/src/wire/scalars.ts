import * as z from "zod/mini";
import { mark } from "./marks.ts";

export const string = z.string();
export const boolean = z.boolean();

function wide(format: string, minimum?: number): z.ZodMiniNumber<number> {
  const least = minimum ?? Number.NEGATIVE_INFINITY;
  const schema = z.number().check(z.refine(value => Number.isInteger(value) && value >= least));
  return mark(schema, minimum === undefined ? { format } : { format, minimum });
}

function narrow(format: string, least: number, most: number): z.ZodMiniNumber<number> {
  const schema = z.number().check(z.refine(value => Number.isInteger(value) && value >= least && value <= most));
  return mark(schema, least === 0 ? { format, minimum: 0 } : { format });
}

/** Signed 64-bit; written as a plain JSON number. */
export const int64 = wide("int64");
/** Unsigned 64-bit. */
export const uint64 = wide("uint64", 0);
/** A size or count of the machine's word. */
export const usize = wide("uint", 0);
/** A size that is never zero. */
export const nonZeroUsize = wide("uint", 1);
export const int32 = narrow("int32", -(2 ** 31), 2 ** 31 - 1);
export const uint32 = narrow("uint32", 0, 2 ** 32 - 1);
export const uint16 = narrow("uint16", 0, 65535);
export const double = mark(z.number(), { format: "double" });
export const float = mark(z.number(), { format: "float" });

/** 64-bit integers that the generated TypeScript calls `bigint`; on the wire they are plain numbers like all others. */
export const bigInt64 = mark(wide("int64"), { ts: "bigint" });
export const bigUint64 = mark(wide("uint64", 0), { ts: "bigint" });

/** Any JSON value, but not nothing; typed as `unknown` in the generated TypeScript. */
export const unknown = z.unknown().check(z.refine(value => value !== undefined));

/** An absolute path; `.` and `..` are removed without asking the file system. */
export const absolutePath = mark(
  z.string().check(
    z.refine(path => isAbsolutePath(path)),
    z.overwrite(path => normalizePath(path)),
  ),
  { expected: "path string" },
);

/** A path of any form, taken as it is. */
export const anyPath = mark(z.string(), { expected: "path string" });

function isAbsolutePath(path: string): boolean {
  return path.startsWith("/") || /^[A-Za-z]:[\\/]/.test(path) || path.startsWith("\\\\");
}

function normalizePath(path: string): string {
  if (!path.startsWith("/") || !/\/(?:\/|\.\.?(?:\/|$))|.\/$/.test(path)) {
    return path;
  }
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "..") {
      parts.pop();
    } else if (part !== "" && part !== ".") {
      parts.push(part);
    }
  }
  return `/${parts.join("/")}`;
}

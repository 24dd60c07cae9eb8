import { read } from "./read.ts";
import type { AnySchema, Out } from "./schema.ts";
import type { WrittenNumbers } from "./written-numbers.ts";

/**
 * Decodes a value that came out of `JSON.parse`.
 *
 * @param numbers numbers that a double does not tell enough of, as `parseStrict` reports them: one written like `1.0` is
 * refused where an integer is expected. Without it they count as integers.
 * @throws DecodeError with the text that peers expect and the path of the bad value
 */
export function decode<S extends AnySchema>(schema: S, value: unknown, numbers?: WrittenNumbers): Out<S> {
  if (numbers === undefined || numbers.size === 0) {
    const payload = schema._zod.run({ value, issues: [] }, { async: false });
    if (!(payload instanceof Promise) && payload.issues.length === 0) {
      return payload.value as Out<S>;
    }
  }
  return read(schema, value, numbers) as Out<S>;
}

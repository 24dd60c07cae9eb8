import { type Floats, read } from "./read.ts";
import type { AnySchema, Out } from "./schema.ts";

/**
 * Decodes a value that came out of `JSON.parse`.
 *
 * @param floats numbers that were written like `1.0`, as `parseStrict` reports them: they are refused where an integer
 * is expected. Without it they count as integers.
 * @throws DecodeError with the text that peers expect and the path of the bad value
 */
export function decode<S extends AnySchema>(schema: S, value: unknown, floats?: Floats): Out<S> {
  if (floats === undefined || floats.size === 0) {
    const payload = schema._zod.run({ value, issues: [] }, { async: false });
    if (!(payload instanceof Promise) && payload.issues.length === 0) {
      return payload.value as Out<S>;
    }
  }
  return read(schema, value, floats) as Out<S>;
}

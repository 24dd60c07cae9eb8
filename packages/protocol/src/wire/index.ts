export { decode } from "./decode.ts";
export { DecodeError, type PathStep } from "./errors.ts";
export {
  double,
  nullable,
  omittable,
  optional,
  optionalInLists,
  orNull,
  skipDefault,
  unwritten,
  withDefault,
} from "./fields.ts";
export { experimental, markOf } from "./marks.ts";
export {
  absolutePath,
  anyPath,
  bigInt64,
  bigUint64,
  boolean,
  double as float64,
  float as float32,
  int32,
  int64,
  nonZeroUsize,
  string,
  uint16,
  uint32,
  uint64,
  unknown,
  usize,
} from "./scalars.ts";
export {
  type AnySchema,
  type In,
  isNamed,
  type NamedSchema,
  named,
  type Out,
  type Schema,
} from "./schema.ts";
export {
  array,
  closed,
  external,
  flatten,
  JsonValue,
  newtype,
  noParams,
  open,
  record,
  stringEnum,
  struct,
  tagged,
  unit,
  untagged,
  withAliases,
} from "./shapes.ts";

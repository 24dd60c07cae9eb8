export { markOf } from "../wire/marks.ts";
export { isNamed } from "../wire/schema.ts";

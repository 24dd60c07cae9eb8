import {
  array,
  boolean,
  JsonValue,
  nullable,
  omittable,
  type Out,
  skipDefault,
  string,
  stringEnum,
  struct,
  tagged,
} from "../wire/index.ts";

export const DynamicToolCallOutputContentItem = tagged("DynamicToolCallOutputContentItem", "type", () => ({
  inputText: { text: string },
  inputImage: { imageUrl: string },
}));
export type DynamicToolCallOutputContentItem = Out<typeof DynamicToolCallOutputContentItem>;

export const DynamicToolCallParams = struct("DynamicToolCallParams", () => ({
  threadId: string,
  turnId: string,
  callId: string,
  namespace: nullable(string),
  tool: string,
  arguments: JsonValue,
}));
export interface DynamicToolCallParams extends Out<typeof DynamicToolCallParams> {}

export const DynamicToolCallResponse = struct("DynamicToolCallResponse", () => ({
  contentItems: array(DynamicToolCallOutputContentItem),
  success: boolean,
}));
export interface DynamicToolCallResponse extends Out<typeof DynamicToolCallResponse> {}

export const DynamicToolCallStatus = stringEnum("DynamicToolCallStatus", ["inProgress", "completed", "failed"]);
export type DynamicToolCallStatus = Out<typeof DynamicToolCallStatus>;

export const DynamicToolSpec = struct(
  "DynamicToolSpec",
  () => ({
    namespace: omittable(string),
    name: string,
    description: string,
    inputSchema: JsonValue,
    deferLoading: skipDefault(boolean, false),
  }),
  { rewrite: readExposeToContext },
);
export interface DynamicToolSpec extends Out<typeof DynamicToolSpec> {}

/** `exposeToContext`, the older and inverted form of `deferLoading`. */
function readExposeToContext(value: Record<string, unknown>): Record<string, unknown> {
  const { exposeToContext } = value;
  return typeof exposeToContext === "boolean" && !Object.hasOwn(value, "deferLoading")
    ? { ...value, deferLoading: !exposeToContext }
    : value;
}

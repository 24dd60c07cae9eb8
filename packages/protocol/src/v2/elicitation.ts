import {
  array,
  bigUint64,
  boolean,
  closed,
  flatten,
  float64,
  JsonValue,
  nullable,
  omittable,
  type Out,
  record,
  string,
  stringEnum,
  struct,
  uint32,
  untagged,
} from "../wire/index.ts";

export const McpElicitationArrayType = stringEnum("McpElicitationArrayType", ["array"]);
export type McpElicitationArrayType = Out<typeof McpElicitationArrayType>;

export const McpElicitationBooleanSchema = closed("McpElicitationBooleanSchema", () => ({
  type: McpElicitationBooleanType,
  title: omittable(string),
  description: omittable(string),
  default: omittable(boolean),
}));
export interface McpElicitationBooleanSchema extends Out<typeof McpElicitationBooleanSchema> {}

export const McpElicitationBooleanType = stringEnum("McpElicitationBooleanType", ["boolean"]);
export type McpElicitationBooleanType = Out<typeof McpElicitationBooleanType>;

export const McpElicitationConstOption = closed("McpElicitationConstOption", () => ({ const: string, title: string }));
export interface McpElicitationConstOption extends Out<typeof McpElicitationConstOption> {}

export const McpElicitationEnumSchema = untagged("McpElicitationEnumSchema", () => [
  McpElicitationSingleSelectEnumSchema,
  McpElicitationMultiSelectEnumSchema,
  McpElicitationLegacyTitledEnumSchema,
]);
export type McpElicitationEnumSchema = Out<typeof McpElicitationEnumSchema>;

export const McpElicitationLegacyTitledEnumSchema = closed("McpElicitationLegacyTitledEnumSchema", () => ({
  type: McpElicitationStringType,
  title: omittable(string),
  description: omittable(string),
  enum: array(string),
  enumNames: omittable(array(string)),
  default: omittable(string),
}));
export interface McpElicitationLegacyTitledEnumSchema extends Out<typeof McpElicitationLegacyTitledEnumSchema> {}

export const McpElicitationMultiSelectEnumSchema = untagged("McpElicitationMultiSelectEnumSchema", () => [
  McpElicitationUntitledMultiSelectEnumSchema,
  McpElicitationTitledMultiSelectEnumSchema,
]);
export type McpElicitationMultiSelectEnumSchema = Out<typeof McpElicitationMultiSelectEnumSchema>;

export const McpElicitationNumberSchema = closed("McpElicitationNumberSchema", () => ({
  type: McpElicitationNumberType,
  title: omittable(string),
  description: omittable(string),
  minimum: omittable(float64),
  maximum: omittable(float64),
  default: omittable(float64),
}));
export interface McpElicitationNumberSchema extends Out<typeof McpElicitationNumberSchema> {}

export const McpElicitationNumberType = stringEnum("McpElicitationNumberType", ["number", "integer"]);
export type McpElicitationNumberType = Out<typeof McpElicitationNumberType>;

export const McpElicitationObjectType = stringEnum("McpElicitationObjectType", ["object"]);
export type McpElicitationObjectType = Out<typeof McpElicitationObjectType>;

export const McpElicitationPrimitiveSchema = untagged("McpElicitationPrimitiveSchema", () => [
  McpElicitationEnumSchema,
  McpElicitationStringSchema,
  McpElicitationNumberSchema,
  McpElicitationBooleanSchema,
]);
export type McpElicitationPrimitiveSchema = Out<typeof McpElicitationPrimitiveSchema>;

export const McpElicitationSchema = closed("McpElicitationSchema", () => ({
  $schema: omittable(string),
  type: McpElicitationObjectType,
  properties: record(McpElicitationPrimitiveSchema),
  required: omittable(array(string)),
}));
export interface McpElicitationSchema extends Out<typeof McpElicitationSchema> {}

export const McpElicitationSingleSelectEnumSchema = untagged("McpElicitationSingleSelectEnumSchema", () => [
  McpElicitationUntitledSingleSelectEnumSchema,
  McpElicitationTitledSingleSelectEnumSchema,
]);
export type McpElicitationSingleSelectEnumSchema = Out<typeof McpElicitationSingleSelectEnumSchema>;

export const McpElicitationStringFormat = stringEnum("McpElicitationStringFormat", [
  "email",
  "uri",
  "date",
  "date-time",
]);
export type McpElicitationStringFormat = Out<typeof McpElicitationStringFormat>;

export const McpElicitationStringSchema = closed("McpElicitationStringSchema", () => ({
  type: McpElicitationStringType,
  title: omittable(string),
  description: omittable(string),
  minLength: omittable(uint32),
  maxLength: omittable(uint32),
  format: omittable(McpElicitationStringFormat),
  default: omittable(string),
}));
export interface McpElicitationStringSchema extends Out<typeof McpElicitationStringSchema> {}

export const McpElicitationStringType = stringEnum("McpElicitationStringType", ["string"]);
export type McpElicitationStringType = Out<typeof McpElicitationStringType>;

export const McpElicitationTitledEnumItems = closed("McpElicitationTitledEnumItems", () => ({
  anyOf: array(McpElicitationConstOption),
}));
export interface McpElicitationTitledEnumItems extends Out<typeof McpElicitationTitledEnumItems> {}

export const McpElicitationTitledMultiSelectEnumSchema = closed("McpElicitationTitledMultiSelectEnumSchema", () => ({
  type: McpElicitationArrayType,
  title: omittable(string),
  description: omittable(string),
  minItems: omittable(bigUint64),
  maxItems: omittable(bigUint64),
  items: McpElicitationTitledEnumItems,
  default: omittable(array(string)),
}));
export interface McpElicitationTitledMultiSelectEnumSchema
  extends Out<typeof McpElicitationTitledMultiSelectEnumSchema> {}

export const McpElicitationTitledSingleSelectEnumSchema = closed("McpElicitationTitledSingleSelectEnumSchema", () => ({
  type: McpElicitationStringType,
  title: omittable(string),
  description: omittable(string),
  oneOf: array(McpElicitationConstOption),
  default: omittable(string),
}));
export interface McpElicitationTitledSingleSelectEnumSchema
  extends Out<typeof McpElicitationTitledSingleSelectEnumSchema> {}

export const McpElicitationUntitledEnumItems = closed("McpElicitationUntitledEnumItems", () => ({
  type: McpElicitationStringType,
  enum: array(string),
}));
export interface McpElicitationUntitledEnumItems extends Out<typeof McpElicitationUntitledEnumItems> {}

export const McpElicitationUntitledMultiSelectEnumSchema = closed(
  "McpElicitationUntitledMultiSelectEnumSchema",
  () => ({
    type: McpElicitationArrayType,
    title: omittable(string),
    description: omittable(string),
    minItems: omittable(bigUint64),
    maxItems: omittable(bigUint64),
    items: McpElicitationUntitledEnumItems,
    default: omittable(array(string)),
  }),
);
export interface McpElicitationUntitledMultiSelectEnumSchema
  extends Out<typeof McpElicitationUntitledMultiSelectEnumSchema> {}

export const McpElicitationUntitledSingleSelectEnumSchema = closed(
  "McpElicitationUntitledSingleSelectEnumSchema",
  () => ({
    type: McpElicitationStringType,
    title: omittable(string),
    description: omittable(string),
    enum: array(string),
    default: omittable(string),
  }),
);
export interface McpElicitationUntitledSingleSelectEnumSchema
  extends Out<typeof McpElicitationUntitledSingleSelectEnumSchema> {}

export const McpServerElicitationAction = stringEnum("McpServerElicitationAction", ["accept", "decline", "cancel"]);
export type McpServerElicitationAction = Out<typeof McpServerElicitationAction>;

export const McpServerElicitationRequestParams = flatten(
  "McpServerElicitationRequestParams",
  () => ({ threadId: string, turnId: nullable(string), serverName: string }),
  "mode",
  () => ({
    form: { _meta: nullable(JsonValue), message: string, requestedSchema: McpElicitationSchema },
    url: { _meta: nullable(JsonValue), message: string, url: string, elicitationId: string },
  }),
);
export type McpServerElicitationRequestParams = Out<typeof McpServerElicitationRequestParams>;

export const McpServerElicitationRequestResponse = struct("McpServerElicitationRequestResponse", () => ({
  action: McpServerElicitationAction,
  content: nullable(JsonValue),
  _meta: nullable(JsonValue),
}));
export interface McpServerElicitationRequestResponse extends Out<typeof McpServerElicitationRequestResponse> {}

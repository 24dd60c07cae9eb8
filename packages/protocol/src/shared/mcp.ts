import { array, int64, JsonValue, omittable, type Out, string, struct, untagged } from "../wire/index.ts";

export const Resource = struct("Resource", () => ({
  annotations: omittable(JsonValue),
  description: omittable(string),
  mimeType: omittable(string),
  name: string,
  size: omittable(int64),
  title: omittable(string),
  uri: string,
  icons: omittable(array(JsonValue)),
  _meta: omittable(JsonValue),
}));
export interface Resource extends Out<typeof Resource> {}

export const ResourceContent = untagged("ResourceContent", () => [
  struct("ResourceContent", () => ({
    uri: string,
    mimeType: omittable(string),
    text: string,
    _meta: omittable(JsonValue),
  })),
  struct("ResourceContent", () => ({
    uri: string,
    mimeType: omittable(string),
    blob: string,
    _meta: omittable(JsonValue),
  })),
]);
export type ResourceContent = Out<typeof ResourceContent>;

export const ResourceTemplate = struct("ResourceTemplate", () => ({
  annotations: omittable(JsonValue),
  uriTemplate: string,
  name: string,
  title: omittable(string),
  description: omittable(string),
  mimeType: omittable(string),
}));
export interface ResourceTemplate extends Out<typeof ResourceTemplate> {}

export const Tool = struct("Tool", () => ({
  name: string,
  title: omittable(string),
  description: omittable(string),
  inputSchema: JsonValue,
  outputSchema: omittable(JsonValue),
  annotations: omittable(JsonValue),
  icons: omittable(array(JsonValue)),
  _meta: omittable(JsonValue),
}));
export interface Tool extends Out<typeof Tool> {}

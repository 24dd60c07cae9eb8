import { AbsolutePathBuf } from "../shared/ids.ts";
import {
  array,
  boolean,
  JsonValue,
  nullable,
  omittable,
  optional,
  type Out,
  skipDefault,
  string,
  stringEnum,
  struct,
  usize,
} from "../wire/index.ts";
import { OverriddenMetadata } from "./config.ts";

export const ConfigBatchWriteParams = struct("ConfigBatchWriteParams", () => ({
  edits: array(ConfigEdit),
  filePath: optional(string),
  expectedVersion: optional(string),
  reloadUserConfig: skipDefault(boolean, false),
}));
export interface ConfigBatchWriteParams extends Out<typeof ConfigBatchWriteParams> {}

export const ConfigEdit = struct("ConfigEdit", () => ({
  keyPath: string,
  value: JsonValue,
  mergeStrategy: MergeStrategy,
}));
export interface ConfigEdit extends Out<typeof ConfigEdit> {}

export const ConfigValueWriteParams = struct("ConfigValueWriteParams", () => ({
  keyPath: string,
  value: JsonValue,
  mergeStrategy: MergeStrategy,
  filePath: optional(string),
  expectedVersion: optional(string),
}));
export interface ConfigValueWriteParams extends Out<typeof ConfigValueWriteParams> {}

export const ConfigWarningNotification = struct("ConfigWarningNotification", () => ({
  summary: string,
  details: nullable(string),
  path: omittable(string),
  range: omittable(TextRange),
}));
export interface ConfigWarningNotification extends Out<typeof ConfigWarningNotification> {}

export const ConfigWriteResponse = struct("ConfigWriteResponse", () => ({
  status: WriteStatus,
  version: string,
  filePath: AbsolutePathBuf,
  overriddenMetadata: nullable(OverriddenMetadata),
}));
export interface ConfigWriteResponse extends Out<typeof ConfigWriteResponse> {}

export const MergeStrategy = stringEnum("MergeStrategy", ["replace", "upsert"]);
export type MergeStrategy = Out<typeof MergeStrategy>;

export const TextPosition = struct("TextPosition", () => ({ line: usize, column: usize }));
export interface TextPosition extends Out<typeof TextPosition> {}

export const TextRange = struct("TextRange", () => ({ start: TextPosition, end: TextPosition }));
export interface TextRange extends Out<typeof TextRange> {}

export const WriteStatus = stringEnum("WriteStatus", ["ok", "okOverridden"]);
export type WriteStatus = Out<typeof WriteStatus>;

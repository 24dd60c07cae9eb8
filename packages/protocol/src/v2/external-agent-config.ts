import {
  anyPath,
  array,
  boolean,
  nullable,
  optional,
  type Out,
  skipDefault,
  string,
  stringEnum,
  struct,
} from "../wire/index.ts";

export const ExternalAgentConfigDetectParams = struct("ExternalAgentConfigDetectParams", () => ({
  includeHome: skipDefault(boolean, false),
  cwds: optional(array(anyPath)),
}));
export interface ExternalAgentConfigDetectParams extends Out<typeof ExternalAgentConfigDetectParams> {}

export const ExternalAgentConfigDetectResponse = struct("ExternalAgentConfigDetectResponse", () => ({
  items: array(ExternalAgentConfigMigrationItem),
}));
export interface ExternalAgentConfigDetectResponse extends Out<typeof ExternalAgentConfigDetectResponse> {}

export const ExternalAgentConfigImportCompletedNotification = struct(
  "ExternalAgentConfigImportCompletedNotification",
  () => ({}),
);
export interface ExternalAgentConfigImportCompletedNotification
  extends Out<typeof ExternalAgentConfigImportCompletedNotification> {}

export const ExternalAgentConfigImportParams = struct("ExternalAgentConfigImportParams", () => ({
  migrationItems: array(ExternalAgentConfigMigrationItem),
}));
export interface ExternalAgentConfigImportParams extends Out<typeof ExternalAgentConfigImportParams> {}

export const ExternalAgentConfigImportResponse = struct("ExternalAgentConfigImportResponse", () => ({}));
export interface ExternalAgentConfigImportResponse extends Out<typeof ExternalAgentConfigImportResponse> {}

export const ExternalAgentConfigMigrationItem = struct("ExternalAgentConfigMigrationItem", () => ({
  itemType: ExternalAgentConfigMigrationItemType,
  description: string,
  cwd: nullable(anyPath),
  details: nullable(MigrationDetails),
}));
export interface ExternalAgentConfigMigrationItem extends Out<typeof ExternalAgentConfigMigrationItem> {}

export const ExternalAgentConfigMigrationItemType = stringEnum("ExternalAgentConfigMigrationItemType", [
  "AGENTS_MD",
  "CONFIG",
  "SKILLS",
  "PLUGINS",
  "MCP_SERVER_CONFIG",
]);
export type ExternalAgentConfigMigrationItemType = Out<typeof ExternalAgentConfigMigrationItemType>;

export const MigrationDetails = struct("MigrationDetails", () => ({ plugins: array(PluginsMigration) }));
export interface MigrationDetails extends Out<typeof MigrationDetails> {}

export const PluginsMigration = struct("PluginsMigration", () => ({
  marketplaceName: string,
  pluginNames: array(string),
}));
export interface PluginsMigration extends Out<typeof PluginsMigration> {}

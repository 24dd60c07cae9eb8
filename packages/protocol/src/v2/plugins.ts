import { AbsolutePathBuf } from "../shared/ids.ts";
import {
  array,
  boolean,
  nullable,
  optional,
  type Out,
  string,
  stringEnum,
  struct,
  tagged,
  withDefault,
} from "../wire/index.ts";
import { AppSummary } from "./apps.ts";
import { MarketplaceInterface, MarketplaceLoadErrorInfo } from "./marketplace.ts";
import { SkillSummary } from "./skills.ts";

export const PluginAuthPolicy = stringEnum("PluginAuthPolicy", ["ON_INSTALL", "ON_USE"]);
export type PluginAuthPolicy = Out<typeof PluginAuthPolicy>;

export const PluginDetail = struct("PluginDetail", () => ({
  marketplaceName: string,
  marketplacePath: nullable(AbsolutePathBuf),
  summary: PluginSummary,
  description: nullable(string),
  skills: array(SkillSummary),
  apps: array(AppSummary),
  mcpServers: array(string),
}));
export interface PluginDetail extends Out<typeof PluginDetail> {}

export const PluginInstallParams = struct("PluginInstallParams", () => ({
  marketplacePath: optional(AbsolutePathBuf),
  remoteMarketplaceName: optional(string),
  pluginName: string,
}));
export interface PluginInstallParams extends Out<typeof PluginInstallParams> {}

export const PluginInstallPolicy = stringEnum("PluginInstallPolicy", [
  "NOT_AVAILABLE",
  "AVAILABLE",
  "INSTALLED_BY_DEFAULT",
]);
export type PluginInstallPolicy = Out<typeof PluginInstallPolicy>;

export const PluginInstallResponse = struct("PluginInstallResponse", () => ({
  authPolicy: PluginAuthPolicy,
  appsNeedingAuth: array(AppSummary),
}));
export interface PluginInstallResponse extends Out<typeof PluginInstallResponse> {}

export const PluginInterface = struct("PluginInterface", () => ({
  displayName: nullable(string),
  shortDescription: nullable(string),
  longDescription: nullable(string),
  developerName: nullable(string),
  category: nullable(string),
  capabilities: array(string),
  websiteUrl: nullable(string),
  privacyPolicyUrl: nullable(string),
  termsOfServiceUrl: nullable(string),
  defaultPrompt: nullable(array(string)),
  brandColor: nullable(string),
  composerIcon: nullable(AbsolutePathBuf),
  composerIconUrl: nullable(string),
  logo: nullable(AbsolutePathBuf),
  logoUrl: nullable(string),
  screenshots: array(AbsolutePathBuf),
  screenshotUrls: array(string),
}));
export interface PluginInterface extends Out<typeof PluginInterface> {}

export const PluginListParams = struct("PluginListParams", () => ({ cwds: optional(array(AbsolutePathBuf)) }));
export interface PluginListParams extends Out<typeof PluginListParams> {}

export const PluginListResponse = struct("PluginListResponse", () => ({
  marketplaces: array(PluginMarketplaceEntry),
  marketplaceLoadErrors: withDefault(array(MarketplaceLoadErrorInfo), []),
  featuredPluginIds: withDefault(array(string), []),
}));
export interface PluginListResponse extends Out<typeof PluginListResponse> {}

export const PluginMarketplaceEntry = struct("PluginMarketplaceEntry", () => ({
  name: string,
  path: nullable(AbsolutePathBuf),
  interface: nullable(MarketplaceInterface),
  plugins: array(PluginSummary),
}));
export interface PluginMarketplaceEntry extends Out<typeof PluginMarketplaceEntry> {}

export const PluginReadParams = struct("PluginReadParams", () => ({
  marketplacePath: optional(AbsolutePathBuf),
  remoteMarketplaceName: optional(string),
  pluginName: string,
}));
export interface PluginReadParams extends Out<typeof PluginReadParams> {}

export const PluginReadResponse = struct("PluginReadResponse", () => ({ plugin: PluginDetail }));
export interface PluginReadResponse extends Out<typeof PluginReadResponse> {}

export const PluginSource = tagged("PluginSource", "type", () => ({
  local: { path: AbsolutePathBuf },
  git: { url: string, path: nullable(string), refName: nullable(string), sha: nullable(string) },
  remote: {},
}));
export type PluginSource = Out<typeof PluginSource>;

export const PluginSummary = struct("PluginSummary", () => ({
  id: string,
  name: string,
  source: PluginSource,
  installed: boolean,
  enabled: boolean,
  installPolicy: PluginInstallPolicy,
  authPolicy: PluginAuthPolicy,
  interface: nullable(PluginInterface),
}));
export interface PluginSummary extends Out<typeof PluginSummary> {}

export const PluginUninstallParams = struct("PluginUninstallParams", () => ({ pluginId: string }));
export interface PluginUninstallParams extends Out<typeof PluginUninstallParams> {}

export const PluginUninstallResponse = struct("PluginUninstallResponse", () => ({}));
export interface PluginUninstallResponse extends Out<typeof PluginUninstallResponse> {}

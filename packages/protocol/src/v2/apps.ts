import {
  withAliases,
  array,
  boolean,
  nullable,
  optional,
  type Out,
  record,
  skipDefault,
  string,
  struct,
  uint32,
  withDefault,
} from "../wire/index.ts";

export const AppBranding = struct("AppBranding", () => ({
  category: nullable(string),
  developer: nullable(string),
  website: nullable(string),
  privacyPolicy: nullable(string),
  termsOfService: nullable(string),
  isDiscoverableApp: boolean,
}));
export interface AppBranding extends Out<typeof AppBranding> {}

export const AppInfo = struct("AppInfo", () => ({
  id: string,
  name: string,
  description: nullable(string),
  logoUrl: nullable(string),
  logoUrlDark: nullable(string),
  distributionChannel: nullable(string),
  branding: nullable(AppBranding),
  appMetadata: nullable(AppMetadata),
  labels: nullable(record(string)),
  installUrl: nullable(string),
  isAccessible: withDefault(boolean, false),
  isEnabled: withDefault(boolean, true),
  pluginDisplayNames: withDefault(array(string), []),
}));
export interface AppInfo extends Out<typeof AppInfo> {}

export const AppListUpdatedNotification = struct("AppListUpdatedNotification", () => ({ data: array(AppInfo) }));
export interface AppListUpdatedNotification extends Out<typeof AppListUpdatedNotification> {}

export const AppMetadata = struct("AppMetadata", () => ({
  review: nullable(AppReview),
  categories: nullable(array(string)),
  subCategories: nullable(array(string)),
  seoDescription: nullable(string),
  screenshots: nullable(array(AppScreenshot)),
  developer: nullable(string),
  version: nullable(string),
  versionId: nullable(string),
  versionNotes: nullable(string),
  firstPartyType: nullable(string),
  firstPartyRequiresInstall: nullable(boolean),
  showInComposerWhenUnlinked: nullable(boolean),
}));
export interface AppMetadata extends Out<typeof AppMetadata> {}

export const AppReview = struct("AppReview", () => ({ status: string }));
export interface AppReview extends Out<typeof AppReview> {}

export const AppScreenshot = struct("AppScreenshot", () =>
  withAliases(
    { file_id: "fileId", user_prompt: "userPrompt" },
    {
      url: nullable(string),
      fileId: nullable(string),
      userPrompt: string,
    },
  ),
);
export interface AppScreenshot extends Out<typeof AppScreenshot> {}

export const AppSummary = struct("AppSummary", () => ({
  id: string,
  name: string,
  description: nullable(string),
  installUrl: nullable(string),
  needsAuth: boolean,
}));
export interface AppSummary extends Out<typeof AppSummary> {}

export const AppsListParams = struct("AppsListParams", () => ({
  cursor: optional(string),
  limit: optional(uint32),
  threadId: optional(string),
  forceRefetch: skipDefault(boolean, false),
}));
export interface AppsListParams extends Out<typeof AppsListParams> {}

export const AppsListResponse = struct("AppsListResponse", () => ({
  data: array(AppInfo),
  nextCursor: nullable(string),
}));
export interface AppsListResponse extends Out<typeof AppsListResponse> {}

// GENERATED CODE! DO NOT MODIFY BY HAND!

export type ExternalAgentConfigImportResponse = Record<string, never>;

// GENERATED CODE! DO NOT MODIFY BY HAND!

export type ExternalAgentConfigDetectParams = { includeHome?: boolean, cwds?: Array<string> | null, };

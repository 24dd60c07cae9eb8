// GENERATED CODE! DO NOT MODIFY BY HAND!

export type ExperimentalFeatureEnablementSetParams = { enablement: { [key in string]?: boolean }, };

// GENERATED CODE! DO NOT MODIFY BY HAND!

export type PluginsMigration = { marketplaceName: string, pluginNames: Array<string>, };

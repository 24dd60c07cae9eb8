// GENERATED CODE! DO NOT MODIFY BY HAND!

export type PluginUninstallParams = { pluginId: string, };

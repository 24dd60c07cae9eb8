// GENERATED CODE! DO NOT MODIFY BY HAND!

export type PluginAuthPolicy = "ON_INSTALL" | "ON_USE";

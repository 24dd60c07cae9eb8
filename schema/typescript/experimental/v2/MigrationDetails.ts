// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { PluginsMigration } from "./PluginsMigration";

export type MigrationDetails = { plugins: Array<PluginsMigration>, };

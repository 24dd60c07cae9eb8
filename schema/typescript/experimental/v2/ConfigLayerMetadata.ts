// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { ConfigLayerSource } from "./ConfigLayerSource";

export type ConfigLayerMetadata = { name: ConfigLayerSource, version: string, };

// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { Model } from "./Model";

export type ModelListResponse = { data: Array<Model>, nextCursor: string | null, };

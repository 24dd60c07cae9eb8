// GENERATED CODE! DO NOT MODIFY BY HAND!

export type ModelListParams = { cursor?: string | null, limit?: number | null, includeHidden?: boolean | null, };

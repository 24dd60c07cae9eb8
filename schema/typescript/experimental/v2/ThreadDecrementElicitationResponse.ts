// GENERATED CODE! DO NOT MODIFY BY HAND!

export type ThreadDecrementElicitationResponse = { count: bigint, paused: boolean, };

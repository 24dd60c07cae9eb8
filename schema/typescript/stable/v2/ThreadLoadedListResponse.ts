// GENERATED CODE! DO NOT MODIFY BY HAND!

export type ThreadLoadedListResponse = { data: Array<string>, nextCursor: string | null, };

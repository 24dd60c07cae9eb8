// GENERATED CODE! DO NOT MODIFY BY HAND!

export type ThreadDecrementElicitationParams = { threadId: string, };

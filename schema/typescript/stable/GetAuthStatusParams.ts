// GENERATED CODE! DO NOT MODIFY BY HAND!

export type GetAuthStatusParams = { includeToken: boolean | null, refreshToken: boolean | null, };

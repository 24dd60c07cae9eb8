// GENERATED CODE! DO NOT MODIFY BY HAND!

export type LogoutAccountResponse = Record<string, never>;

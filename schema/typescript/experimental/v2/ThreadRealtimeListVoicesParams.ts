// GENERATED CODE! DO NOT MODIFY BY HAND!

export type ThreadRealtimeListVoicesParams = Record<string, never>;

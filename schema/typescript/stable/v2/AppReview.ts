// GENERATED CODE! DO NOT MODIFY BY HAND!

export type AppReview = { status: string, };

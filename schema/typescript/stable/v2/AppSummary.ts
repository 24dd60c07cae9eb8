// GENERATED CODE! DO NOT MODIFY BY HAND!

export type AppSummary = { id: string, name: string, description: string | null, installUrl: string | null, needsAuth: boolean, };

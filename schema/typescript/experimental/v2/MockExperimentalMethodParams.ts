// GENERATED CODE! DO NOT MODIFY BY HAND!

export type MockExperimentalMethodParams = { value?: string | null, };

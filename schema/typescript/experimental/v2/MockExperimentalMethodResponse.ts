// GENERATED CODE! DO NOT MODIFY BY HAND!

export type MockExperimentalMethodResponse = { echoed: string | null, };

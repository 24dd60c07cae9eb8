// GENERATED CODE! DO NOT MODIFY BY HAND!

export type FuzzyFileSearchSessionUpdateParams = { sessionId: string, query: string, };

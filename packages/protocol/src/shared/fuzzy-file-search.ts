import { array, nullable, type Out, string, stringEnum, struct, uint32 } from "../wire/index.ts";

export const FuzzyFileSearchMatchType = stringEnum("FuzzyFileSearchMatchType", ["file", "directory"]);
export type FuzzyFileSearchMatchType = Out<typeof FuzzyFileSearchMatchType>;

export const FuzzyFileSearchParams = struct("FuzzyFileSearchParams", () => ({
  query: string,
  roots: array(string),
  cancellationToken: nullable(string),
}));
export interface FuzzyFileSearchParams extends Out<typeof FuzzyFileSearchParams> {}

export const FuzzyFileSearchResponse = struct("FuzzyFileSearchResponse", () => ({
  files: array(FuzzyFileSearchResult),
}));
export interface FuzzyFileSearchResponse extends Out<typeof FuzzyFileSearchResponse> {}

export const FuzzyFileSearchResult = struct("FuzzyFileSearchResult", () => ({
  root: string,
  path: string,
  match_type: FuzzyFileSearchMatchType,
  file_name: string,
  score: uint32,
  indices: nullable(array(uint32)),
}));
export interface FuzzyFileSearchResult extends Out<typeof FuzzyFileSearchResult> {}

export const FuzzyFileSearchSessionCompletedNotification = struct(
  "FuzzyFileSearchSessionCompletedNotification",
  () => ({ sessionId: string }),
);
export interface FuzzyFileSearchSessionCompletedNotification
  extends Out<typeof FuzzyFileSearchSessionCompletedNotification> {}

export const FuzzyFileSearchSessionStartParams = struct("FuzzyFileSearchSessionStartParams", () => ({
  sessionId: string,
  roots: array(string),
}));
export interface FuzzyFileSearchSessionStartParams extends Out<typeof FuzzyFileSearchSessionStartParams> {}

export const FuzzyFileSearchSessionStartResponse = struct("FuzzyFileSearchSessionStartResponse", () => ({}));
export interface FuzzyFileSearchSessionStartResponse extends Out<typeof FuzzyFileSearchSessionStartResponse> {}

export const FuzzyFileSearchSessionStopParams = struct("FuzzyFileSearchSessionStopParams", () => ({
  sessionId: string,
}));
export interface FuzzyFileSearchSessionStopParams extends Out<typeof FuzzyFileSearchSessionStopParams> {}

export const FuzzyFileSearchSessionStopResponse = struct("FuzzyFileSearchSessionStopResponse", () => ({}));
export interface FuzzyFileSearchSessionStopResponse extends Out<typeof FuzzyFileSearchSessionStopResponse> {}

export const FuzzyFileSearchSessionUpdateParams = struct("FuzzyFileSearchSessionUpdateParams", () => ({
  sessionId: string,
  query: string,
}));
export interface FuzzyFileSearchSessionUpdateParams extends Out<typeof FuzzyFileSearchSessionUpdateParams> {}

export const FuzzyFileSearchSessionUpdateResponse = struct("FuzzyFileSearchSessionUpdateResponse", () => ({}));
export interface FuzzyFileSearchSessionUpdateResponse extends Out<typeof FuzzyFileSearchSessionUpdateResponse> {}

export const FuzzyFileSearchSessionUpdatedNotification = struct("FuzzyFileSearchSessionUpdatedNotification", () => ({
  sessionId: string,
  query: string,
  files: array(FuzzyFileSearchResult),
}));
export interface FuzzyFileSearchSessionUpdatedNotification
  extends Out<typeof FuzzyFileSearchSessionUpdatedNotification> {}

import { nullable, optionalInLists, type Out, string, stringEnum, struct, tagged } from "../wire/index.ts";
import { Turn } from "./turns.ts";

export const ReviewDelivery = stringEnum("ReviewDelivery", ["inline", "detached"]);
export type ReviewDelivery = Out<typeof ReviewDelivery>;

export const ReviewStartParams = struct("ReviewStartParams", () => ({
  threadId: string,
  target: ReviewTarget,
  delivery: optionalInLists(ReviewDelivery),
}));
export interface ReviewStartParams extends Out<typeof ReviewStartParams> {}

export const ReviewStartResponse = struct("ReviewStartResponse", () => ({ turn: Turn, reviewThreadId: string }));
export interface ReviewStartResponse extends Out<typeof ReviewStartResponse> {}

export const ReviewTarget = tagged("ReviewTarget", "type", () => ({
  uncommittedChanges: {},
  baseBranch: { branch: string },
  commit: { sha: string, title: nullable(string) },
  custom: { instructions: string },
}));
export type ReviewTarget = Out<typeof ReviewTarget>;

import { array, float32, int32, string, struct, type Out, uint32 } from "../wire/index.ts";

export const ReviewCodeLocation = struct("ReviewCodeLocation", () => ({
  absolute_file_path: string,
  line_range: ReviewLineRange,
}));
export interface ReviewCodeLocation extends Out<typeof ReviewCodeLocation> {}

export const ReviewFinding = struct("ReviewFinding", () => ({
  body: string,
  code_location: ReviewCodeLocation,
  confidence_score: float32,
  priority: int32,
  title: string,
}));
export interface ReviewFinding extends Out<typeof ReviewFinding> {}

export const ReviewLineRange = struct("ReviewLineRange", () => ({ end: uint32, start: uint32 }));
export interface ReviewLineRange extends Out<typeof ReviewLineRange> {}

export const ReviewOutputEvent = struct("ReviewOutputEvent", () => ({
  findings: array(ReviewFinding),
  overall_confidence_score: float32,
  overall_correctness: string,
  overall_explanation: string,
}));
export interface ReviewOutputEvent extends Out<typeof ReviewOutputEvent> {}

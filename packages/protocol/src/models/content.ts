import { array, omittable, type Out, string, stringEnum, tagged, untagged } from "../wire/index.ts";

export const ContentItem = tagged("ContentItem", "type", () => ({
  input_text: { text: string },
  input_image: { image_url: string, detail: omittable(ImageDetail) },
  output_text: { text: string },
}));
export type ContentItem = Out<typeof ContentItem>;

export const FunctionCallOutputBody = untagged("FunctionCallOutputBody", () => [
  string,
  array(FunctionCallOutputContentItem),
]);
export type FunctionCallOutputBody = Out<typeof FunctionCallOutputBody>;

export const FunctionCallOutputContentItem = tagged("FunctionCallOutputContentItem", "type", () => ({
  input_text: { text: string },
  input_image: { image_url: string, detail: omittable(ImageDetail) },
}));
export type FunctionCallOutputContentItem = Out<typeof FunctionCallOutputContentItem>;

export const ImageDetail = stringEnum("ImageDetail", ["auto", "low", "high", "original"]);
export type ImageDetail = Out<typeof ImageDetail>;

export const MessagePhase = stringEnum("MessagePhase", ["commentary", "final_answer"]);
export type MessagePhase = Out<typeof MessagePhase>;

export const ReasoningItemContent = tagged("ReasoningItemContent", "type", () => ({
  reasoning_text: { text: string },
  text: { text: string },
}));
export type ReasoningItemContent = Out<typeof ReasoningItemContent>;

export const ReasoningItemReasoningSummary = tagged("ReasoningItemReasoningSummary", "type", () => ({
  summary_text: { text: string },
}));
export type ReasoningItemReasoningSummary = Out<typeof ReasoningItemReasoningSummary>;

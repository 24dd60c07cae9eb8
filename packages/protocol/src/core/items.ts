import { MessagePhase } from "../models/content.ts";
import { WebSearchAction } from "../models/response-item.ts";
import { AbsolutePathBuf } from "../shared/ids.ts";
import { HookPromptFragment, MemoryCitationEntry } from "../v2/items.ts";
import { ByteRange } from "../v2/user-input.ts";
import { array, nullable, omittable, string, struct, tagged, type Out, withDefault } from "../wire/index.ts";

export const AgentMessageContent = tagged("AgentMessageContent", "type", () => ({ Text: { text: string } }));
export type AgentMessageContent = Out<typeof AgentMessageContent>;

export const MemoryCitation = struct("MemoryCitation", () => ({
  entries: array(MemoryCitationEntry),
  rolloutIds: array(string),
}));
export interface MemoryCitation extends Out<typeof MemoryCitation> {}

export const TextElement = struct("TextElement", () => ({ byte_range: ByteRange, placeholder: nullable(string) }));
export interface TextElement extends Out<typeof TextElement> {}

export const TurnItem = tagged("TurnItem", "type", () => ({
  UserMessage: { content: array(UserInput), id: string },
  HookPrompt: { fragments: array(HookPromptFragment), id: string },
  AgentMessage: {
    content: array(AgentMessageContent),
    id: string,
    memory_citation: omittable(MemoryCitation),
    phase: omittable(MessagePhase),
  },
  Plan: { id: string, text: string },
  Reasoning: { id: string, raw_content: withDefault(array(string), []), summary_text: array(string) },
  WebSearch: { action: WebSearchAction, id: string, query: string },
  ImageGeneration: {
    id: string,
    result: string,
    revised_prompt: omittable(string),
    saved_path: omittable(AbsolutePathBuf),
    status: string,
  },
  ContextCompaction: { id: string },
}));
export type TurnItem = Out<typeof TurnItem>;

export const UserInput = tagged("UserInput", "type", () => ({
  text: { text: string, text_elements: withDefault(array(TextElement), []) },
  image: { image_url: string },
  local_image: { path: string },
  skill: { name: string, path: string },
  mention: { name: string, path: string },
}));
export type UserInput = Out<typeof UserInput>;

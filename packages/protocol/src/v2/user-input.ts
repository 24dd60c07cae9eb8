import {
  anyPath,
  array,
  boolean,
  nullable,
  type Out,
  record,
  string,
  struct,
  tagged,
  usize,
  withDefault,
} from "../wire/index.ts";

export const ByteRange = struct("ByteRange", () => ({ start: usize, end: usize }));
export interface ByteRange extends Out<typeof ByteRange> {}

export const TextElement = struct("TextElement", () => ({ byteRange: ByteRange, placeholder: nullable(string) }));
export interface TextElement extends Out<typeof TextElement> {}

export const ToolRequestUserInputAnswer = struct("ToolRequestUserInputAnswer", () => ({ answers: array(string) }));
export interface ToolRequestUserInputAnswer extends Out<typeof ToolRequestUserInputAnswer> {}

export const ToolRequestUserInputOption = struct("ToolRequestUserInputOption", () => ({
  label: string,
  description: string,
}));
export interface ToolRequestUserInputOption extends Out<typeof ToolRequestUserInputOption> {}

export const ToolRequestUserInputParams = struct("ToolRequestUserInputParams", () => ({
  threadId: string,
  turnId: string,
  itemId: string,
  questions: array(ToolRequestUserInputQuestion),
}));
export interface ToolRequestUserInputParams extends Out<typeof ToolRequestUserInputParams> {}

export const ToolRequestUserInputQuestion = struct("ToolRequestUserInputQuestion", () => ({
  id: string,
  header: string,
  question: string,
  isOther: withDefault(boolean, false),
  isSecret: withDefault(boolean, false),
  options: nullable(array(ToolRequestUserInputOption)),
}));
export interface ToolRequestUserInputQuestion extends Out<typeof ToolRequestUserInputQuestion> {}

export const ToolRequestUserInputResponse = struct("ToolRequestUserInputResponse", () => ({
  answers: record(ToolRequestUserInputAnswer),
}));
export interface ToolRequestUserInputResponse extends Out<typeof ToolRequestUserInputResponse> {}

export const UserInput = tagged("UserInput", "type", () => ({
  text: { text: string, text_elements: withDefault(array(TextElement), []) },
  image: { url: string },
  localImage: { path: anyPath },
  skill: { name: string, path: anyPath },
  mention: { name: string, path: string },
}));
export type UserInput = Out<typeof UserInput>;

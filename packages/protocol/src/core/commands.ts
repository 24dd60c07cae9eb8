import { nullable, type Out, string, tagged } from "../wire/index.ts";

export const FileChange = tagged("FileChange", "type", () => ({
  add: { content: string },
  delete: { content: string },
  update: { unified_diff: string, move_path: nullable(string) },
}));
export type FileChange = Out<typeof FileChange>;

export const ParsedCommand = tagged("ParsedCommand", "type", () => ({
  read: { cmd: string, name: string, path: string },
  list_files: { cmd: string, path: nullable(string) },
  search: { cmd: string, query: nullable(string), path: nullable(string) },
  unknown: { cmd: string },
}));
export type ParsedCommand = Out<typeof ParsedCommand>;

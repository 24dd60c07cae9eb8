import { AbsolutePathBuf } from "../shared/ids.ts";
import { nullable, type Out, string, tagged } from "../wire/index.ts";

export const CommandAction = tagged("CommandAction", "type", () => ({
  read: { command: string, name: string, path: AbsolutePathBuf },
  listFiles: { command: string, path: nullable(string) },
  search: { command: string, query: nullable(string), path: nullable(string) },
  unknown: { command: string },
}));
export type CommandAction = Out<typeof CommandAction>;

import { absolutePath, int64, newtype, type Out, string, untagged } from "../wire/index.ts";

export const AbsolutePathBuf = newtype("AbsolutePathBuf", () => absolutePath);
export type AbsolutePathBuf = Out<typeof AbsolutePathBuf>;

export const AgentPath = newtype("AgentPath", () => string);
export type AgentPath = Out<typeof AgentPath>;

export const RequestId = untagged("RequestId", () => [string, int64]);
export type RequestId = Out<typeof RequestId>;

export const ThreadId = newtype("ThreadId", () => string);
export type ThreadId = Out<typeof ThreadId>;

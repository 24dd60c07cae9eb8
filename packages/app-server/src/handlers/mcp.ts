import type { HandlerTable } from "../dispatch/handler.ts";
import { internal, invalidRequest } from "../errors.ts";
import { loadedThread } from "../threads/ids.ts";

/** MCP servers. None is connected by this server; what names one is answered as for an unknown one. */
export const handlers: HandlerTable = {
  "mcpServerStatus/list": () => ({ data: [], nextCursor: null }),
  "mcpServer/tool/call": ({ threadId, server: name }, { server }) => {
    loadedThread(server, threadId);
    throw internal(`unknown MCP server '${name}'`);
  },
  "mcpServer/resource/read": ({ threadId, server: name }, { server }) => {
    if (typeof threadId === "string") loadedThread(server, threadId);
    throw internal(`unknown MCP server '${name}'`);
  },
  "mcpServer/oauth/login": ({ name }) => {
    throw invalidRequest(`No MCP server named '${name}' found.`);
  },
  "config/mcpServer/reload": () => ({}),
};

export { readDecision } from "./approvals.ts";
export { EventProjection } from "./events/project.ts";
export { ParamsError, readCodexParams, readReplyParams } from "./params.ts";
export { serveMcp } from "./serve.ts";
export { AgentMcpServer, type McpClientFacts, type McpServerOptions } from "./server.ts";
export { TOOLS } from "./tools.ts";

import type { JsonObject } from "./json.ts";

const text = (description: string): JsonObject => ({ description, type: "string" });

export const APPROVAL_POLICIES = ["untrusted", "on-failure", "on-request", "never"] as const;
export const SANDBOX_MODES = ["read-only", "workspace-write", "danger-full-access"] as const;

const outputSchema = {
  type: "object",
  properties: { threadId: { type: "string" }, content: { type: "string" } },
  required: ["threadId", "content"],
};

/** The tools that `tools/list` shows. */
export const TOOLS: readonly JsonObject[] = [
  {
    name: "codex",
    title: "Codex",
    description:
      "Starts a conversation with a coding agent that reads, writes and runs code, and returns its last message.",
    inputSchema: {
      properties: {
        "approval-policy": {
          description: "When a person is asked before the agent runs a command.",
          type: "string",
          enum: APPROVAL_POLICIES,
        },
        "base-instructions": text("Instructions in place of the agent's own."),
        "compact-prompt": text("What the agent is asked when it sums up a long conversation."),
        config: {
          description: "Settings by name, stronger than those of config.toml.",
          type: "object",
          additionalProperties: true,
        },
        cwd: text("Folder to work in. A relative one starts at this server's own."),
        "developer-instructions": text("Further instructions from the developer."),
        model: text("Model to use in place of the configured one."),
        profile: text("Profile of config.toml to use."),
        prompt: text("What the agent is to do."),
        sandbox: { description: "What commands may read and write.", type: "string", enum: SANDBOX_MODES },
      },
      required: ["prompt"],
      type: "object",
    },
    outputSchema,
  },
  {
    name: "codex-reply",
    title: "Codex Reply",
    description: "Goes on with a conversation that `codex` began, and returns the agent's last message.",
    inputSchema: {
      properties: {
        conversationId: text("Older name of threadId."),
        prompt: text("What to say next."),
        threadId: text("The conversation, as `codex` returned it."),
      },
      required: ["prompt"],
      type: "object",
    },
    outputSchema,
  },
];

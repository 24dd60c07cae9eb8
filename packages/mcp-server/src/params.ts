import { isObject, type JsonObject } from "./json.ts";
import { APPROVAL_POLICIES, SANDBOX_MODES } from "./tools.ts";

/** What a call of `codex` says. */
export interface CodexParams {
  prompt: string;
  model: string | null;
  profile: string | null;
  cwd: string | null;
  approvalPolicy: (typeof APPROVAL_POLICIES)[number] | null;
  sandbox: (typeof SANDBOX_MODES)[number] | null;
  config: JsonObject;
  baseInstructions: string | null;
  developerInstructions: string | null;
  compactPrompt: string | null;
}

/** What a call of `codex-reply` says. */
export interface ReplyParams {
  prompt: string;
  threadId: string | null;
}

/** Arguments that do not fit; the text says how, in the words that MCP hosts of this tool know. */
export class ParamsError extends Error {}

/** @throws ParamsError */
export function readCodexParams(args: JsonObject): CodexParams {
  const config = args["config"];
  if (config !== undefined && config !== null && !isObject(config)) throw wrongType(config, "a map");
  const optional = (name: string): string | null => optionalText(args, name);
  const params = {
    model: optional("model"),
    profile: optional("profile"),
    cwd: optional("cwd"),
    approvalPolicy: variant(args["approval-policy"], APPROVAL_POLICIES),
    sandbox: variant(args["sandbox"], SANDBOX_MODES),
    config: isObject(config) ? config : {},
    baseInstructions: optional("base-instructions"),
    developerInstructions: optional("developer-instructions"),
    compactPrompt: optional("compact-prompt"),
  };
  return { prompt: requiredText(args, "prompt"), ...params };
}

/** @throws ParamsError */
export function readReplyParams(args: JsonObject): ReplyParams {
  const [threadId, conversationId] = [optionalText(args, "threadId"), optionalText(args, "conversationId")];
  return { prompt: requiredText(args, "prompt"), threadId: threadId ?? conversationId };
}

function requiredText(args: JsonObject, name: string): string {
  if (args[name] === undefined) throw new ParamsError(`missing field \`${name}\``);
  if (typeof args[name] !== "string") throw wrongType(args[name], "a string");
  return args[name];
}

function optionalText(args: JsonObject, name: string): string | null {
  const value = args[name];
  if (value === undefined || value === null) return null;
  if (typeof value !== "string") throw wrongType(value, "a string");
  return value;
}

function variant<const V extends string>(value: unknown, variants: readonly V[]): V | null {
  if (value === undefined || value === null) return null;
  if (typeof value !== "string") throw wrongType(value, "string or map");
  const found = variants.find(candidate => candidate === value);
  if (found !== undefined) return found;
  const expected = variants.map(name => `\`${name}\``).join(", ");
  throw new ParamsError(`unknown variant \`${value}\`, expected one of ${expected}`);
}

function wrongType(value: unknown, expected: string): ParamsError {
  return new ParamsError(`invalid type: ${describe(value)}, expected ${expected}`);
}

function describe(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "sequence";
  switch (typeof value) {
    case "string":
      return `string ${JSON.stringify(value)}`;
    case "boolean":
      return `boolean \`${value}\``;
    case "number":
      return Number.isInteger(value) ? `integer \`${value}\`` : `floating point \`${value}\``;
    default:
      return "map";
  }
}

import { describe, expect, it } from "vitest";
import { HOOK_EVENTS, type HookEventName } from "../src/index.ts";
import { hookSchemas } from "../src/schema/index.ts";

type Json = Record<string, unknown>;

const text = { type: "string" };
const optionalText = { type: "string", default: null };
const anything = true;
const optional = { default: null };
const common = {
  session_id: text,
  transcript_path: { type: ["string", "null"] },
  cwd: text,
  model: text,
  permission_mode: { type: "string", enum: ["default", "acceptEdits", "plan", "dontAsk", "bypassPermissions"] },
};
const turn = { turn_id: text };
const tool = { tool_name: text, tool_input: anything };

/** What each event's handlers read beside the event's name (spec: hooks §5). All of it is always there. */
const INPUTS: Record<HookEventName, Json> = {
  SessionStart: { ...common, source: { type: "string", enum: ["startup", "resume", "clear"] } },
  UserPromptSubmit: { ...common, ...turn, prompt: text },
  PreToolUse: { ...common, ...turn, ...tool, tool_use_id: text },
  PermissionRequest: { ...common, ...turn, ...tool },
  PostToolUse: { ...common, ...turn, ...tool, tool_response: anything, tool_use_id: text },
  Stop: {
    ...common,
    ...turn,
    stop_hook_active: { type: "boolean" },
    last_assistant_message: { type: ["string", "null"] },
  },
};

const universal = {
  continue: { type: "boolean", default: true },
  stopReason: optionalText,
  suppressOutput: { type: "boolean", default: false },
  systemMessage: optionalText,
};
const NAMES = ["PreToolUse", "PermissionRequest", "PostToolUse", "SessionStart", "UserPromptSubmit", "Stop"];
const closed = (properties: Json, required: readonly string[]): Json => ({
  type: "object",
  additionalProperties: false,
  properties,
  required,
});
const own = (fields: Json): Json => ({
  hookSpecificOutput: {
    ...closed({ hookEventName: { type: "string", enum: NAMES }, ...fields }, ["hookEventName"]),
    default: null,
  },
});
const one = (...words: string[]): Json => ({ type: "string", enum: words, default: null });
const block = { decision: one("block"), reason: optionalText };
const context = { additionalContext: optionalText };

/** What each event's handlers may print (spec: hooks §6.1 and the section of the event). */
const OUTPUTS: Record<HookEventName, Json> = {
  SessionStart: { ...universal, ...own(context) },
  UserPromptSubmit: { ...universal, ...block, ...own(context) },
  PreToolUse: {
    ...universal,
    decision: one("approve", "block"),
    reason: optionalText,
    ...own({
      ...context,
      permissionDecision: one("allow", "deny", "ask"),
      permissionDecisionReason: optionalText,
      updatedInput: optional,
    }),
  },
  PermissionRequest: {
    ...universal,
    ...own({
      decision: {
        ...closed(
          {
            behavior: { type: "string", enum: ["allow", "deny"] },
            message: optionalText,
            updatedInput: optional,
            updatedPermissions: optional,
            interrupt: { type: "boolean", default: false },
          },
          ["behavior"],
        ),
        default: null,
      },
    }),
  },
  PostToolUse: { ...universal, ...block, ...own({ ...context, updatedMCPToolOutput: optional }) },
  Stop: { ...universal, ...block },
};

const schemas = new Map(hookSchemas().map(({ file, schema }) => [file, schema as Json]));
const kebab = (event: string): string => event.replace(/(?<!^)[A-Z]/g, "-$&").toLowerCase();

describe("the published schemas", () => {
  it("are two for each event", () => {
    const files = HOOK_EVENTS.flatMap(event =>
      ["input", "output"].map(side => `${kebab(event)}.command.${side}.schema.json`),
    );
    expect([...schemas.keys()].sort()).toEqual(files.sort());
  });

  it.each(HOOK_EVENTS)("say what %s reads, field by field", event => {
    const { properties, required, ...rest } = schemas.get(`${kebab(event)}.command.input.schema.json`)!;
    const fields = { ...INPUTS[event], hook_event_name: { type: "string", const: event } };
    expect(Object.keys(properties as Json).sort()).toEqual(Object.keys(fields).sort());
    for (const [field, schema] of Object.entries(fields)) {
      const published = (properties as Json)[field];
      expect([field, isAnything(published) ? true : published]).toEqual([field, schema]);
    }
    expect((required as string[]).toSorted()).toEqual(Object.keys(fields).sort());
    expect(rest).toEqual({
      $schema: "http://json-schema.org/draft-07/schema#",
      title: `${kebab(event)}.command.input`,
      type: "object",
      additionalProperties: false,
    });
  });

  it.each(HOOK_EVENTS)("say what %s may print, field by field; nothing is required", event => {
    const { properties, ...rest } = schemas.get(`${kebab(event)}.command.output.schema.json`)!;
    expect(properties).toEqual(OUTPUTS[event]);
    expect(rest).toEqual({
      $schema: "http://json-schema.org/draft-07/schema#",
      title: `${kebab(event)}.command.output`,
      type: "object",
      additionalProperties: false,
    });
  });
});

/** `{}` and `true` say the same. */
function isAnything(schema: unknown): boolean {
  return schema === true || JSON.stringify(schema) === "{}";
}

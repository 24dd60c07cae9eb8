import * as z from "zod/mini";
import { EVENT_WORDS, HOOK_EVENTS } from "../events/names.ts";
import { HOOK_SCHEMAS } from "./by-event.ts";

export {
  PermissionRequestInput,
  PostToolUseInput,
  PreToolUseInput,
  SessionStartInput,
  StopInput,
  UserPromptSubmitInput,
} from "./inputs.ts";
export {
  PermissionRequestOutput,
  PostToolUseOutput,
  PreToolUseOutput,
  SessionStartOutput,
  StopOutput,
  UserPromptSubmitOutput,
} from "./outputs.ts";

/** A published schema: the name of its file, and its draft-07 JSON Schema. */
export interface HookSchema {
  /** `pre-tool-use.command.input.schema.json` */
  readonly file: string;
  readonly schema: Readonly<Record<string, unknown>>;
}

/** The JSON schemas of what handlers read and print, two an event (spec: hooks §5). */
export function hookSchemas(): HookSchema[] {
  return HOOK_EVENTS.flatMap(event => {
    const { kebab } = EVENT_WORDS[event];
    return [
      published(`${kebab}.command.input`, HOOK_SCHEMAS[event].input, "output"),
      published(`${kebab}.command.output`, HOOK_SCHEMAS[event].output, "input"),
    ];
  });
}

function published(title: string, type: z.core.$ZodType, io: "input" | "output"): HookSchema {
  const { $schema, ...schema } = z.toJSONSchema(type, {
    target: "draft-7",
    io,
    override: ({ zodSchema, jsonSchema }) => {
      const { def } = zodSchema._zod;
      if (io === "input" && def.type === "optional") optionalField(jsonSchema);
    },
  }) as Record<string, unknown>;
  return { file: `${title}.schema.json`, schema: { $schema, title, ...schema } };
}

/** A field that may be left out: `null` says the same, so the type does not name it and the default does. */
function optionalField(json: Record<string, unknown>): void {
  const { anyOf } = json;
  if (Array.isArray(anyOf)) {
    const [inner] = anyOf.filter((member: { type?: unknown }) => member.type !== "null");
    delete json["anyOf"];
    Object.assign(json, inner);
  }
  json["default"] = null;
}

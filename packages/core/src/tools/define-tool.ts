import { parseJson } from "./json-arguments.ts";
import { functionArguments, functionSpec, RespondToModel, type Tool } from "./tool.ts";
import { type InputSchema, jsonSchemaOf, type OutputOf, preparedSchema } from "./zod-input.ts";

/** What a tool of a library user gets beside its input. */
export interface CustomToolContext {
  threadId: string;
  turnId: string;
  callId: string;
  /** Working folder of the turn. */
  cwd: string;
  /** Aborted when the turn is interrupted. */
  signal: AbortSignal;
}

export interface CustomTool<Input extends InputSchema> {
  /** Letters, digits, `_` and `-`. A built-in tool of the same name gives way. */
  name: string;
  /** What the model is told about it. */
  description: string;
  /** A zod 4 or zod 3 object schema. */
  input: Input;
  /** Calls may run beside other tools. Default: a call has the tools to itself. */
  parallel?: boolean;
  /** The text (or anything JSON can say) is what the model reads. An error's message is told to the model, too. */
  run(input: OutputOf<Input>, context: CustomToolContext): Promise<unknown> | unknown;
}

const NAME = /^[a-zA-Z0-9_-]{1,64}$/;

/**
 * Makes a tool out of a schema and a function, for `startThread({ tools })`.
 * @throws TypeError when the name cannot be a tool's, or the input is no object schema of zod 3 or 4
 */
export function defineTool<Input extends InputSchema>(definition: CustomTool<Input>): Tool {
  const { name, description, input } = definition;
  if (!NAME.test(name)) {
    throw new TypeError(`tool name \`${name}\` must be 1 to 64 letters, digits, \`_\` or \`-\``);
  }
  let schema = jsonSchemaOf(name, input);
  return {
    names: [name],
    accepts: ["function"],
    parallel: definition.parallel ?? false,
    get spec() {
      if (schema === null) throw new TypeError(`tool \`${name}\` must be prepared before it is listed`);
      return functionSpec(name, description, schema);
    },
    async prepare() {
      schema ??= await preparedSchema(name, input);
    },
    async run(call, { session, turn, signal }) {
      const text = functionArguments(call);
      const parsed = await input.safeParseAsync(text.trim() === "" ? {} : parseJson(text));
      if (!parsed.success) throw new RespondToModel(`failed to parse function arguments: ${issuesText(parsed.error)}`);
      const context = {
        threadId: session.id,
        turnId: turn.id,
        callId: call.callId,
        cwd: turn.context.settings.cwd,
        signal,
      };
      try {
        const result = await definition.run(parsed.data as OutputOf<Input>, context);
        return { body: typeof result === "string" ? result : JSON.stringify(result ?? null) };
      } catch (error) {
        if (signal.aborted) throw error;
        throw new RespondToModel(error instanceof Error ? error.message : String(error));
      }
    },
  };
}

/** What is wrong with an input, each mistake with its place. */
function issuesText({ issues }: { issues: readonly { message: string; path: PropertyKey[] }[] }): string {
  return issues
    .map(({ message, path }) => (path.length === 0 ? message : `${message} (at ${path.map(String).join(".")})`))
    .join("; ");
}

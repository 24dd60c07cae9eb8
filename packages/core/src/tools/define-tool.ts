import type { z } from "zod";
import type { JsonSchema } from "./parameters.ts";
import { functionArguments, functionSpec, RespondToModel, type Tool } from "./tool.ts";

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

export interface CustomTool<Input extends z.ZodType> {
  /** Letters, digits, `_` and `-`. A built-in tool of the same name gives way. */
  name: string;
  /** What the model is told about it. */
  description: string;
  input: Input;
  /** Calls may run beside other tools. Default: a call has the tools to itself. */
  parallel?: boolean;
  /** The text (or anything JSON can say) is what the model reads. An error's message is told to the model, too. */
  run(input: z.output<Input>, context: CustomToolContext): Promise<unknown> | unknown;
}

/** Makes a tool out of a schema and a function, for `startThread({ tools })`. */
export function defineTool<Input extends z.ZodType>(definition: CustomTool<Input>): Tool {
  const { name, description, input } = definition;
  const { $schema: _dialect, ...schema } = input.toJSONSchema({ io: "input" });
  return {
    names: [name],
    accepts: ["function"],
    parallel: definition.parallel ?? false,
    spec: functionSpec(name, description, schema as JsonSchema),
    async run(call, { session, turn, signal }) {
      const parsed = input.safeParse(readJson(functionArguments(call)));
      if (!parsed.success) throw new RespondToModel(`failed to parse function arguments: ${issuesText(parsed.error)}`);
      const context = {
        threadId: session.id,
        turnId: turn.id,
        callId: call.callId,
        cwd: turn.context.settings.cwd,
        signal,
      };
      try {
        const result = await definition.run(parsed.data, context);
        return { body: typeof result === "string" ? result : JSON.stringify(result ?? null) };
      } catch (error) {
        if (signal.aborted) throw error;
        throw new RespondToModel(error instanceof Error ? error.message : String(error));
      }
    },
  };
}

function readJson(text: string): unknown {
  try {
    return text.trim() === "" ? {} : JSON.parse(text);
  } catch (error) {
    throw new RespondToModel(
      `failed to parse function arguments: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

/** What is wrong with an input, each mistake with its place. */
function issuesText({ issues }: z.ZodError): string {
  return issues
    .map(({ message, path }) => (path.length === 0 ? message : `${message} (at ${path.join(".")})`))
    .join("; ");
}

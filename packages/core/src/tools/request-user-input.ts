import { array, boolean, defaulted, object, optional, parseArguments, string } from "./parameters.ts";
import {
  functionArguments,
  functionSpec,
  RespondToModel,
  type Tool,
  type ToolCall,
  type ToolContext,
  type ToolResult,
} from "./tool.ts";

const option = object({
  label: string("A few words."),
  description: string("One sentence: what follows from choosing it."),
});
const parameters = object({
  questions: array(
    object({
      id: string("Short name of the question, for the answer."),
      header: string("Heading of a few words."),
      question: string("The question, one sentence."),
      options: optional(array(option, "Two or three choices; the user may always answer something else.")),
      // Not offered, but understood: an answer that is not to be shown while it is typed.
      isSecret: defaulted(boolean()),
      isOther: defaulted(boolean()),
    }),
    "One to three questions.",
  ),
});
/** The model is told that options are required; when they are missing it gets an answer that says so. */
const listed = object({
  questions: array(
    object({
      id: string("Short name of the question, for the answer."),
      header: string("Heading of a few words."),
      question: string("The question, one sentence."),
      options: array(option, "Two or three choices; the user may always answer something else."),
    }),
    "One to three questions.",
  ),
});

/** Asks the user and waits for the answer. */
export function requestUserInputTool(): Tool {
  return {
    names: ["request_user_input"],
    group: "request_user_input",
    accepts: ["function"],
    parallel: false,
    readOnly: true,
    spec: functionSpec(
      "request_user_input",
      "Asks the user up to three short questions and waits for the answers. Only available in Plan mode.",
      listed.schema,
    ),
    run: runRequestUserInput,
  };
}

async function runRequestUserInput(call: ToolCall, { session, turn }: ToolContext): Promise<ToolResult> {
  const mode = turn.context.settings.collaborationMode;
  const allowed = mode === "plan" || session.config.features["default_mode_request_user_input"] === true;
  if (!allowed) throw new RespondToModel("request_user_input is unavailable in Default mode");
  const args = parseArguments(parameters, functionArguments(call));
  if (args.questions.some(({ options }) => options === undefined || options.length === 0)) {
    throw new RespondToModel("request_user_input requires non-empty options for every question");
  }
  const answer = await turn.ask("item/tool/requestUserInput", {
    itemId: call.callId,
    questions: args.questions.map(({ id, header, question, options, isSecret }) => ({
      id,
      header,
      question,
      isOther: true,
      isSecret: isSecret ?? false,
      options: options ?? null,
    })),
  });
  if (answer.type === "closed")
    throw new RespondToModel("request_user_input was cancelled before receiving a response");
  return { body: JSON.stringify({ answers: answer.type === "result" ? readAnswers(answer.value) : {} }) };
}

/** The client's answers by question id; what is not a list of texts is left out. */
function readAnswers(value: unknown): Record<string, { answers: string[] }> {
  const given: unknown = typeof value === "object" && value !== null ? Reflect.get(value, "answers") : null;
  if (typeof given !== "object" || given === null) return {};
  const answers: Record<string, { answers: string[] }> = {};
  for (const [id, entry] of Object.entries(given)) {
    const texts: unknown = typeof entry === "object" && entry !== null ? Reflect.get(entry, "answers") : null;
    if (Array.isArray(texts)) answers[id] = { answers: texts.filter(text => typeof text === "string") };
  }
  return answers;
}

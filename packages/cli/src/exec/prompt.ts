import { CliError } from "../errors.ts";
import { DecodeError, decodePrompt } from "./decode.ts";

/** What the prompt is made from; reading is left to the caller so that the rule can be tested with data. */
export interface PromptInput {
  /** The positional PROMPT, if one was given. */
  argument: string | undefined;
  /** Whether standard input is a terminal. */
  stdinIsTerminal: boolean;
  /** Reads standard input to its end. */
  readStdin(): Promise<Uint8Array>;
  /** Writes one note line to stderr. */
  note(line: string): void;
  /** `resume` and `review` prompts do not append what is piped in. */
  appendStdin: boolean;
}

/**
 * The prompt of a run, by the table of the command-line spec ("Prompt and stdin").
 * @throws CliError (exit code 1) when there is no prompt or the piped bytes are not text
 */
export async function resolvePrompt(input: PromptInput): Promise<string> {
  const { argument } = input;
  if (argument !== undefined && argument !== "-") {
    if (input.stdinIsTerminal || !input.appendStdin) return argument;
    input.note("Reading additional input from stdin...");
    const piped = await read(input);
    if (piped.trim() === "") return argument;
    return `${argument}\n\n<stdin>\n${piped}${piped.endsWith("\n") ? "" : "\n"}</stdin>`;
  }
  if (argument === undefined) {
    if (input.stdinIsTerminal) {
      throw CliError.plain("No prompt provided. Either specify one as an argument or pipe the prompt into stdin.");
    }
    input.note("Reading prompt from stdin...");
  }
  const piped = await read(input);
  if (piped.trim() === "") throw CliError.plain("No prompt provided via stdin.");
  return piped;
}

async function read(input: PromptInput): Promise<string> {
  const bytes = await input.readStdin();
  try {
    return decodePrompt(bytes);
  } catch (error) {
    if (error instanceof DecodeError) throw CliError.plain(`Failed to read prompt from stdin: ${error.message}`);
    throw error;
  }
}

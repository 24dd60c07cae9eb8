import { readFileSync } from "node:fs";
import { osErrorText } from "@codex-ts/protocol/os-errors";
import { CliError } from "../errors.ts";

/**
 * Reads the file of `--output-schema`.
 * @throws CliError (exit code 1) when it cannot be read or is not JSON
 */
export function readOutputSchema(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw CliError.plain(`Failed to read output schema file ${file}: ${osErrorText(error)}`);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw CliError.plain(`Output schema file ${file} is not valid JSON: ${(error as Error).message}`);
  }
}

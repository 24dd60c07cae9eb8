import {
  generateInternalJsonSchema,
  generateJsonSchema,
  generateTypeScript,
  SchemaOutputError,
} from "@codex-ts/schema";
import { osErrorText } from "@codex-ts/protocol/os-errors";
import { CliError } from "../errors.ts";

/** `app-server generate-ts`: silent on success. */
export async function generateTsCommand(options: {
  out: string;
  prettier?: string;
  experimental?: boolean;
}): Promise<number> {
  return await writing(generateTypeScript(options));
}

/** `app-server generate-json-schema`: silent on success. */
export async function generateJsonSchemaCommand(options: { out: string; experimental?: boolean }): Promise<number> {
  return await writing(generateJsonSchema(options));
}

/** `app-server generate-internal-json-schema`: the schema of one rollout line. */
export async function generateInternalJsonSchemaCommand(options: { out: string }): Promise<number> {
  return await writing(generateInternalJsonSchema(options));
}

async function writing(work: Promise<void>): Promise<number> {
  try {
    await work;
    return 0;
  } catch (error) {
    if (error instanceof SchemaOutputError) {
      throw new CliError(error.message, { cause: new Error(osErrorText(error.cause)) });
    }
    throw error;
  }
}

import { osErrorText } from "@codex-ts/protocol/os-errors";
import { ExecPolicyError } from "./errors.ts";
import type { ProgramLookup } from "./rules/paths.ts";
import { PolicyParser } from "./rules/parse.ts";
import { matchToJson } from "./rules/types.ts";

/** What `execpolicy check` was called with. */
export interface CheckOptions {
  /** The rules files in order, as given. */
  readonly files: readonly string[];
  /** The command. */
  readonly args: readonly string[];
  readonly pretty: boolean;
  readonly resolveHostExecutables: boolean;
}

/** What a program of this package may touch. */
export interface CheckIo {
  /** Reads a file. May throw anything with a `code` (`ENOENT`, …). */
  readFile(path: string): Promise<Uint8Array>;
  /** What program texts are resolved against. */
  readonly lookup: ProgramLookup;
}

/** What a program prints, and how it ends. */
export interface ProgramResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/** The program `execpolicy check`: one JSON line with all matches; exit code 0 for every decision (section 6). */
export async function runExecpolicyCheck(options: CheckOptions, io: CheckIo): Promise<ProgramResult> {
  const parser = new PolicyParser({ lookup: io.lookup });
  for (const file of options.files) {
    const failure = await addFile(parser, file, io);
    if (failure !== null) return { stdout: "", stderr: failure, exitCode: 1 };
  }
  const lookup = options.resolveHostExecutables ? { resolveHostExecutables: io.lookup } : {};
  const { matches, decision } = parser.policy().evaluate([options.args], lookup);
  const output = { matchedRules: matches.map(matchToJson), ...(decision === null ? {} : { decision }) };
  return { stdout: `${JSON.stringify(output, null, options.pretty ? 2 : 0)}\n`, stderr: "", exitCode: 0 };
}

async function addFile(parser: PolicyParser, path: string, io: CheckIo): Promise<string | null> {
  let text: string;
  try {
    text = decodeUtf8(await io.readFile(path));
  } catch (error) {
    return failureText(`failed to read policy at ${path}`, readCause(error));
  }
  try {
    parser.add({ path, text });
    return null;
  } catch (error) {
    if (!(error instanceof ExecPolicyError)) throw error;
    return failureText(`failed to parse policy at ${path}`, causeText(error));
  }
}

/** Decodes strictly: rules that are not UTF-8 are refused, and a byte order mark stays for the language to refuse. */
export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new ExecPolicyError("read", "stream did not contain valid UTF-8");
  }
}

/** The cause of a failed read or write as the reference program words it. */
export function readCause(error: unknown): string {
  if (error instanceof ExecPolicyError) return error.message;
  return osErrorText(error);
}

/** The full text of a failed parse: language errors name themselves. */
export function causeText(error: ExecPolicyError): string {
  return error.code === "language" ? `starlark error: ${error.rendered}` : error.rendered;
}

function failureText(what: string, cause: string): string {
  const indented = cause
    .split("\n")
    .map(line => (line === "" ? "" : `    ${line}`))
    .join("\n");
  return `Error: ${what}\n\nCaused by:\n${indented}\n`;
}

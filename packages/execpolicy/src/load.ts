import { causeText, decodeUtf8, readCause } from "./check.ts";
import { ExecPolicyError, type SourceRange } from "./errors.ts";
import type { ProgramLookup } from "./rules/paths.ts";
import { PolicyParser } from "./rules/parse.ts";
import { Policy } from "./rules/policy.ts";

/** A folder of a configuration layer that may hold `rules/*.rules`. */
export interface RulesFolder {
  readonly layer: "system" | "user" | "project";
  /** The folder itself (`/etc/codex`, the Codex home, a project's `.codex`). */
  readonly path: string;
}

/** The reading of folders and files that the discovery needs (`nodeRulesFs` of `@codex-ts/execpolicy/node`). */
export interface RulesFs {
  /** The entries of a folder; null when there is no such folder. A symbolic link is no file. */
  readDir(path: string): Promise<readonly { readonly name: string; readonly isFile: boolean }[] | null>;
  readFile(path: string): Promise<Uint8Array>;
}

/** Why the rules of files are not in force. */
export interface RulesWarning {
  /** `failed to parse rules file <path>: <cause>`, with the source line. */
  readonly message: string;
  readonly path: string;
  readonly range: SourceRange | null;
  /** One line for terminals. */
  readonly display: string;
}

/** What a thread starts with. */
export interface LoadedRules {
  readonly policy: Policy;
  /** All rules files in the order in which they were read. */
  readonly files: readonly string[];
  readonly warning: RulesWarning | null;
}

/** What `loadRules` reads. */
export interface LoadRulesInput {
  /** From the lowest to the highest layer, without those of untrusted projects. */
  readonly folders: readonly RulesFolder[];
  readonly fs: RulesFs;
  readonly lookup: ProgramLookup;
  /** The rules of managed requirements; they go on top. */
  readonly requirements?: Policy;
  /** Leaves out user and project folders; the system folder and the requirements stay. */
  readonly ignoreUserRules?: boolean;
}

/**
 * Finds and reads the rules of all layers (section 8). One file that cannot be parsed puts the rules of all files out of
 * force: a policy that lacks some of its rules could allow what the missing ones forbid. Managed requirements stay.
 * @throws ExecPolicyError `read` for folders and files that are there but cannot be read
 */
export async function loadRules(input: LoadRulesInput): Promise<LoadedRules> {
  const requirements = input.requirements ?? Policy.empty;
  const files = await findRulesFiles(input);
  const parser = new PolicyParser({ lookup: input.lookup });
  for (const path of files) {
    const text = await readRulesFile(input.fs, path);
    try {
      parser.add({ path, text });
    } catch (error) {
      if (!(error instanceof ExecPolicyError)) throw error;
      return { policy: requirements, files, warning: rulesWarning(path, error) };
    }
  }
  return { policy: parser.policy().merge(requirements), files, warning: null };
}

/** The rules files of all folders, lowest layer first, by name inside of a folder. */
export async function findRulesFiles(
  input: Pick<LoadRulesInput, "folders" | "fs" | "ignoreUserRules">,
): Promise<string[]> {
  const folders = input.folders.filter(folder => input.ignoreUserRules !== true || folder.layer === "system");
  const found: string[] = [];
  for (const folder of folders) {
    const dir = `${folder.path.replace(/\/+$/, "")}/rules`;
    let entries: Awaited<ReturnType<RulesFs["readDir"]>>;
    try {
      entries = await input.fs.readDir(dir);
    } catch (error) {
      throw new ExecPolicyError("read", `failed to read rules files from ${dir}: ${readCause(error)}`, {
        cause: error,
      });
    }
    const names = (entries ?? []).filter(entry => entry.isFile && isRulesName(entry.name)).map(entry => entry.name);
    found.push(...sortByBytes(names).map(name => `${dir}/${name}`));
  }
  return found;
}

function isRulesName(name: string): boolean {
  return name.endsWith(".rules") && name.length > ".rules".length;
}

function sortByBytes(names: readonly string[]): string[] {
  const encoder = new TextEncoder();
  const keyed = names.map(name => ({ name, bytes: encoder.encode(name) }));
  keyed.sort((left, right) => {
    const length = Math.min(left.bytes.length, right.bytes.length);
    for (let index = 0; index < length; index += 1) {
      const order = (left.bytes[index] ?? 0) - (right.bytes[index] ?? 0);
      if (order !== 0) return order;
    }
    return left.bytes.length - right.bytes.length;
  });
  return keyed.map(entry => entry.name);
}

async function readRulesFile(fs: RulesFs, path: string): Promise<string> {
  try {
    return decodeUtf8(await fs.readFile(path));
  } catch (error) {
    throw new ExecPolicyError("read", `failed to read rules file ${path}: ${readCause(error)}`, { cause: error });
  }
}

function rulesWarning(path: string, error: ExecPolicyError): RulesWarning {
  const cause = causeText(error);
  return {
    message: `failed to parse rules file ${path}: ${cause}`,
    path,
    range: error.location,
    display: displayText(path, cause, error.location),
  };
}

/** The one line that terminals show for a broken rules file (section 7). */
export function displayText(path: string, cause: string, location: SourceRange | null): string {
  const lines = cause.split("\n");
  const errorLine = lines.map(line => line.trimStart()).find(line => line.startsWith("error: "));
  const message = (errorLine ?? lines[0] ?? "").trimEnd();
  if (location === null) return `${path}: ${message}`;
  const { line } = location.start;
  return `${path}:${line}: ${message} (problem is on or around line ${line})`;
}

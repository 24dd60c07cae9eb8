import { execFile } from "node:child_process";
import { access, mkdir, readdir, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

const PACKAGE = "@openai/codex";
const VERSION = "0.125.0";

/** Where things that can be fetched again are kept, outside the tree. */
function cacheFolder(env: NodeJS.ProcessEnv): string {
  return path.join(env["XDG_CACHE_HOME"] ?? path.join(os.homedir(), ".cache"), "codex-ts");
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

/** The reference program and a folder for what it writes. */
export interface Reference {
  readonly program: string;
  readonly cache: string;
}

/**
 * Finds the reference program: the one `CODEX_TS_REFERENCE` names, or the one installed in the cache folder, which is
 * installed from the registry when it is missing.
 *
 * @throws Error when the named program does not exist, or npm fails
 */
export async function findReference(env: NodeJS.ProcessEnv): Promise<Reference> {
  const cache = path.join(cacheFolder(env), `reference-${VERSION}`);
  await mkdir(cache, { recursive: true });
  const named = env["CODEX_TS_REFERENCE"];
  if (named !== undefined) {
    if (!(await exists(named))) {
      throw new Error(`CODEX_TS_REFERENCE names ${named}, which does not exist`);
    }
    return { program: named, cache };
  }
  const program = path.join(cache, "node_modules", ".bin", os.platform() === "win32" ? "codex.cmd" : "codex");
  if (!(await exists(program))) {
    process.stderr.write(`installing ${PACKAGE}@${VERSION} in ${cache}\n`);
    await writeFile(path.join(cache, "package.json"), '{ "private": true }\n');
    await run("npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts", `${PACKAGE}@${VERSION}`], {
      cwd: cache,
    });
  }
  return { program, cache };
}

/**
 * The reference's native executable. The installed command is a script that starts it, which hides the name it was
 * started under.
 */
export async function nativeProgram({ program, cache }: Reference): Promise<string> {
  const packages = path.join(cache, "node_modules", "@openai");
  const platform = `codex-${os.platform()}-${os.arch()}`;
  const vendor = path.join(packages, platform, "vendor");
  if (!program.startsWith(cache) || !(await exists(vendor))) return program;
  const [triple = ""] = await readdir(vendor);
  return path.join(vendor, triple, "codex", "codex");
}

/** Runs the reference program with a home folder of its own. */
export async function runReference(reference: Reference, args: readonly string[]): Promise<void> {
  const home = path.join(reference.cache, "home");
  await mkdir(home, { recursive: true });
  await run(reference.program, [...args], { env: { ...process.env, CODEX_HOME: home } });
}

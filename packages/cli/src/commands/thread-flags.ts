import { realpathSync, statSync } from "node:fs";
import path from "node:path";
import type { ConfigOverrides } from "@codex-ts/config";
import { osErrorText } from "@codex-ts/protocol/os-errors";
import { CliError } from "../errors.ts";
import { choseSandbox, inheritShared, SANDBOX_FLAGS } from "../options.ts";
import type { ExecOptions } from "./exec.ts";

/** Options of `exec`, its subcommand and the program, as one set. */
export function mergeLevels(levels: ExecOptions[]): ExecOptions {
  let merged: ExecOptions = {};
  for (const level of levels) {
    const defined = Object.fromEntries(Object.entries(level).filter(([, value]) => value !== undefined));
    const inherited = inheritShared(merged, defined as ExecOptions);
    // A level that says what commands may do replaces all that was said of it before.
    if (choseSandbox(defined)) for (const key of SANDBOX_FLAGS) delete merged[key];
    merged = { ...merged, ...inherited };
  }
  return merged;
}

/** What the flags set; stronger than profile and files. `--full-auto` is stronger than a sandbox mode beside it. */
export function typedOverrides(options: ExecOptions, cwd: string): ConfigOverrides {
  const sandboxMode = options.fullAuto
    ? "workspace-write"
    : options.dangerouslyBypassApprovalsAndSandbox
      ? "danger-full-access"
      : options.sandbox;
  const roots = (options.addDir ?? []).map(dir => path.resolve(cwd, dir));
  return {
    ...(options.model === undefined ? {} : { model: options.model }),
    ...(sandboxMode === undefined ? {} : { sandboxMode }),
    ...(roots.length === 0 ? {} : { additionalWritableRoots: roots }),
    ...(options.search ? { webSearchMode: "live" as const } : {}),
  };
}

/** The folder of `--cd` (or the current one), which must exist. */
export function workingFolder(dir: string | undefined, cwd: string): string {
  const folder = path.resolve(cwd, dir ?? ".");
  try {
    if (!statSync(folder).isDirectory()) throw Object.assign(new Error("not a folder"), { code: "ENOTDIR" });
    return dir === undefined ? folder : realpathSync(folder);
  } catch (error) {
    throw new CliError(osErrorText(error));
  }
}

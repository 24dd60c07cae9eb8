import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fromLegacy, type PermissionProfile, type SandboxPolicy } from "@codex-ts/permissions";
import { nodePathFs } from "@codex-ts/permissions/node";
import { machineFacts, runSandboxed, type RunOptions, type RunResult } from "../../src/index.ts";

const PATH = process.env.PATH ?? "/usr/bin:/bin";

const facts = await machineFacts({ path: PATH, cwd: "/" });

export interface TestEngine {
  name: "bwrap" | "landlock";
  /** Whether this machine can run it; tests of an engine that cannot be run here are reported as skipped. */
  works: boolean;
  host: NonNullable<RunOptions["host"]>;
}

/** Both Linux engines. Landlock is had by hiding bubblewrap. */
export const engines: TestEngine[] = [
  { name: "bwrap", works: facts.bwrap.usable, host: { path: PATH } },
  { name: "landlock", works: facts.landlockAbi > 0 && facts.helper, host: { path: "/nonexistent" } },
];

export const [bwrapEngine, landlockEngine] = engines as [TestEngine, TestEngine];
export const landlockAbi = facts.landlockAbi;
export const someEngine = engines.find(({ works }) => works);

/** A folder of its own, with a workspace W and a place O outside it. */
export interface Place {
  base: string;
  W: string;
  O: string;
  remove(): void;
}

export function makePlace(): Place {
  const base = realpathSync(mkdtempSync(path.join(tmpdir(), "sandbox-test-")));
  const [W, O] = [path.join(base, "work"), path.join(base, "other")];
  mkdirSync(W);
  mkdirSync(O);
  writeFileSync(path.join(O, "f"), "outside\n");
  return { base, W, O, remove: () => rmSync(base, { recursive: true, force: true }) };
}

export function legacy(policy: SandboxPolicy, cwd: string): PermissionProfile {
  return fromLegacy(policy, { cwd, fs: nodePathFs });
}

export const readOnly = (cwd: string) => legacy({ type: "read-only" }, cwd);

export const workspaceWrite = (
  cwd: string,
  more: Partial<Extract<SandboxPolicy, { type: "workspace-write" }>> = {},
): PermissionProfile =>
  legacy({ type: "workspace-write", exclude_slash_tmp: true, exclude_tmpdir_env_var: true, ...more }, cwd);

/** Runs a shell command line with an engine. */
export function shell(
  engine: TestEngine,
  cwd: string,
  permissions: PermissionProfile,
  command: string,
  more: Partial<RunOptions> = {},
): Promise<RunResult> {
  return runSandboxed({ command, cwd, permissions, env: { PATH }, host: engine.host, timeoutMs: 20_000, ...more });
}

import { McpError, type SpawnServer } from "@codex-ts/mcp";
import type { PermissionProfile } from "@codex-ts/permissions";
import type { SandboxedProcess, SpawnOptions } from "@codex-ts/sandbox";

/** What a server that somebody put into a sandbox may do. */
export interface ServerConfinement {
  profile: PermissionProfile;
  /** Where the profile's project folders are. */
  policyCwd: string;
  host: Pick<SpawnOptions, "tmpdir" | "legacyLandlock" | "host" | "network">;
  /** The environment with the way to the proxy in it, where the profile has one. */
  environment: (env: Record<string, string>) => Record<string, string>;
}

/** A server gets this long to end after it was asked to, milliseconds. */
const KILL_AFTER_MS = 2000;
/** What still comes after its end is waited for this long, milliseconds. */
const DRAIN_MS = 200;

/** Starts a server inside its permissions. What cannot be enforced is not started. */
export function confinedServer(confine: () => Promise<ServerConfinement>): SpawnServer {
  return async (launch, output) => {
    const { profile, policyCwd, host, environment } = await confine();
    const { SandboxError, spawnSandboxed } = await import("@codex-ts/sandbox");
    let process: SandboxedProcess;
    try {
      process = await spawnSandboxed({
        argv: [launch.command, ...launch.args],
        cwd: launch.cwd,
        policyCwd,
        env: environment({ ...launch.env }),
        profile,
        stdin: "pipe",
        ...host,
      });
    } catch (error) {
      if (!(error instanceof SandboxError)) throw error;
      throw new McpError("startup_failed", error.message, { cause: error });
    }
    void pump(process, output).finally(() => output.ended());
    void process.exited.then(() => setTimeout(() => output.ended(), DRAIN_MS).unref());
    return {
      pid: process.pid,
      write: text => process.write(text),
      stop: () => stop(process),
    };
  };
}

async function pump(process: SandboxedProcess, output: Parameters<SpawnServer>[1]): Promise<void> {
  for await (const { stream, chunk } of process.output) output[stream](Buffer.from(chunk));
}

async function stop(process: SandboxedProcess): Promise<void> {
  process.kill("SIGTERM");
  const late = setTimeout(() => process.kill(), KILL_AFTER_MS);
  await process.exited;
  clearTimeout(late);
}

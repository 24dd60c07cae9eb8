import type { PermissionProfile } from "@codex-ts/permissions";
import { isLikelySandboxDenied } from "./denial.ts";
import type { SandboxEngine } from "./choose.ts";
import { SandboxError } from "./errors.ts";
import { aggregate, HeadBuffer } from "./process/capture.ts";
import { outputText } from "./process/output-text.ts";
import { spawnSandboxed, type SpawnOptions } from "./process/spawn.ts";
import type { OutputChunk } from "./process/types.ts";

/** Limits of a command run to its end (section 10.1). */
export const DEFAULT_TIMEOUT_MS = 10_000;
export const DEFAULT_OUTPUT_CAP_BYTES = 1024 * 1024;
const MAX_OUTPUT_EVENTS_PER_STREAM = 10_000;
/** What is reported for a command that ran out of time. */
export const TIMEOUT_EXIT_CODE = 124;
const DEFAULT_PATH = "/usr/local/bin:/usr/bin:/bin";

export interface RunOptions extends Omit<SpawnOptions, "argv" | "profile" | "env" | "tty" | "stdin"> {
  /** A shell command line (`/bin/sh -c`); give either this or `argv`. */
  command?: string;
  argv?: readonly string[];
  /** Null runs the command without a sandbox. */
  permissions: PermissionProfile | null;
  /** The command's whole environment; by default only a PATH. */
  env?: Readonly<Record<string, string>>;
  /** Milliseconds; null for no limit. Default: 10 000, or none when `signal` is given. */
  timeoutMs?: number | null;
  /** Kills the command and everything it started. */
  signal?: AbortSignal;
  /** Output as it comes, at most 10 000 pieces a stream. */
  onOutput?: (output: OutputChunk) => void;
  /** Bytes kept of each stream, and of both together; null keeps everything. Default: 1 MiB. */
  outputCapBytes?: number | null;
  /** What the command reads from standard input; nothing by default. */
  stdin?: Uint8Array | string;
}

export interface RunResult {
  /** 124 when it ran out of time, 128 + number when a signal ended it. */
  exitCode: number;
  signal: NodeJS.Signals | null;
  timedOut: boolean;
  aborted: boolean;
  stdout: string;
  stderr: string;
  /** Both streams, cut to the cap (section 10.1). */
  aggregated: string;
  durationMs: number;
  sandbox: SandboxEngine;
  /** The sandbox probably refused something (section 10.3). */
  denied: boolean;
}

/**
 * Runs a command inside its permissions to its end. A failing command is a result, not an error.
 * @throws SandboxError when the permissions cannot be enforced (nothing was run), or the command cannot be started
 */
export async function runSandboxed(options: RunOptions): Promise<RunResult> {
  const { command, permissions, signal, onOutput, stdin, outputCapBytes = DEFAULT_OUTPUT_CAP_BYTES } = options;
  const argv = options.argv ?? (command === undefined ? [] : ["/bin/sh", "-c", command]);
  if (options.argv && command !== undefined) {
    throw new SandboxError("invalid_request", "give either command or argv, not both");
  }
  signal?.throwIfAborted();
  const timeoutMs = options.timeoutMs === undefined ? (signal ? null : DEFAULT_TIMEOUT_MS) : options.timeoutMs;
  const startedAt = performance.now();
  const child = await spawnSandboxed({
    ...options,
    argv,
    env: options.env ?? { PATH: DEFAULT_PATH },
    profile: permissions,
    tty: false,
    stdin: stdin === undefined ? "null" : "pipe",
  });
  let timedOut = false;
  let aborted = false;
  const stop = () => {
    aborted = true;
    child.kill("SIGKILL");
  };
  if (signal?.aborted) stop();
  signal?.addEventListener("abort", stop, { once: true });
  const timer =
    timeoutMs === null
      ? null
      : setTimeout(() => {
          timedOut = true;
          child.kill("SIGKILL");
        }, timeoutMs);
  try {
    if (stdin !== undefined) {
      void child.write(stdin).catch(() => undefined);
      child.closeStdin();
    }
    const cap = outputCapBytes ?? Number.POSITIVE_INFINITY;
    const kept = { stdout: new HeadBuffer(cap), stderr: new HeadBuffer(cap) };
    const events = { stdout: 0, stderr: 0 };
    for await (const output of child.output) {
      kept[output.stream].append(output.chunk);
      if (onOutput && events[output.stream]++ < MAX_OUTPUT_EVENTS_PER_STREAM) onOutput(output);
    }
    const exit = await child.exited;
    const bytes = (stream: "stdout" | "stderr") =>
      child.undrained.has(stream) ? new Uint8Array() : kept[stream].bytes();
    const stdout = await outputText(bytes("stdout"));
    const stderr = await outputText(bytes("stderr"));
    const aggregated = await outputText(aggregate(bytes("stdout"), bytes("stderr"), cap));
    const exitCode = timedOut ? TIMEOUT_EXIT_CODE : exit.exitCode;
    return {
      exitCode,
      signal: exit.signal,
      timedOut,
      aborted,
      stdout,
      stderr,
      aggregated,
      durationMs: performance.now() - startedAt,
      sandbox: child.sandbox,
      denied:
        !timedOut &&
        !aborted &&
        isLikelySandboxDenied({ sandbox: child.sandbox, exitCode, stdout, stderr, aggregated }),
    };
  } finally {
    if (timer) clearTimeout(timer);
    signal?.removeEventListener("abort", stop);
    child.kill("SIGKILL");
  }
}

import { spawn } from "node:child_process";
import os from "node:os";
import path from "node:path";
import { errorCode, knownOsError } from "@codex-ts/protocol/os-errors";
import type { Clock } from "../clock.ts";
import { ModelError } from "../errors.ts";
import type { Env } from "../providers/builtin.ts";
import type { CommandAuth } from "../providers/definition.ts";
import { redact } from "../transport/redact.ts";
import { type AuthRecovery, type AuthSource, recoveryExhausted } from "./credential.ts";

/** A token command that did not deliver; the text never quotes what it printed on stdout. */
export class TokenCommandError extends Error {
  override readonly name = "TokenCommandError";
  readonly code = "token_command_failed";
}

/** Longest output, in bytes; a token is far shorter, and no server takes a longer header. */
const OUTPUT_LIMIT = 1 << 20;
const STDERR_SHOWN = 2000;

/**
 * Runs a token command once.
 * @returns the trimmed standard output
 * @throws {TokenCommandError} it did not start, took too long, failed, or printed too much or no usable token
 */
export async function runTokenCommand(
  auth: CommandAuth,
  env: Env,
  clock: Clock,
  signal?: AbortSignal,
): Promise<string> {
  const name = `provider auth command \`${auth.command}\``;
  const hasSeparator = auth.command.includes("/") || (process.platform === "win32" && auth.command.includes("\\"));
  const program = hasSeparator ? path.resolve(auth.cwd, auth.command) : auth.command;
  const result = await new Promise<{ code: number | null; signal: string | null; out: Buffer; err: Buffer }>(
    (resolve, reject) => {
      const child = spawn(program, auth.args, {
        cwd: auth.cwd,
        env: definedOnly(env),
        stdio: ["ignore", "pipe", "pipe"],
        windowsHide: true,
        // Its own group, so that what it started dies with it.
        detached: process.platform !== "win32",
      });
      const out = collect(child.stdout, () => {
        kill();
        settle(() => reject(new TokenCommandError(`${name} printed more than ${OUTPUT_LIMIT} bytes`)));
      });
      const err = collect(child.stderr, () => {});
      const settle = (finish: () => void) => {
        timer.cancel();
        signal?.removeEventListener("abort", onAbort);
        child.stdout.destroy();
        child.stderr.destroy();
        finish();
      };
      const kill = () => {
        try {
          if (child.pid !== undefined && process.platform !== "win32") process.kill(-child.pid, "SIGKILL");
          else child.kill("SIGKILL");
        } catch {
          // It has ended by itself.
        }
      };
      const onAbort = () => {
        kill();
        settle(() => reject(signal?.reason));
      };
      const timer = clock.timer(auth.timeoutMs, () => {
        kill();
        settle(() => reject(new TokenCommandError(`${name} timed out after ${auth.timeoutMs} ms`)));
      });
      signal?.addEventListener("abort", onAbort, { once: true });
      child.once("error", error => {
        settle(() => reject(new TokenCommandError(`${name} failed to start: ${startFailure(error)}`)));
      });
      child.once("close", (code, killedBy) => {
        settle(() =>
          resolve({ code, signal: killedBy, out: Buffer.concat(out.pieces), err: Buffer.concat(err.pieces) }),
        );
      });
      if (signal?.aborted) onAbort();
    },
  );
  if (result.code !== 0) {
    const status = result.code === null ? `signal: ${signalText(result.signal)}` : `exit status: ${result.code}`;
    const printed = result.out.toString("utf8").trim();
    const stderr = redact(result.err.toString("utf8").trim(), [printed]).slice(0, STDERR_SHOWN);
    throw new TokenCommandError(
      `${name} exited with status ${status}${stderr === "" ? "" : `: ${hideTokens(stderr)}`}`,
    );
  }
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(result.out);
  } catch {
    throw new TokenCommandError(`${name} wrote non-UTF-8 data to stdout`);
  }
  const token = text.trim();
  if (token === "") throw new TokenCommandError(`${name} produced an empty token`);
  return token;
}

function collect(stream: NodeJS.ReadableStream, onTooMuch: () => void): { pieces: Buffer[] } {
  const kept = { pieces: [] as Buffer[] };
  let size = 0;
  stream.on("data", (piece: Buffer) => {
    if (size > OUTPUT_LIMIT) return;
    size += piece.length;
    kept.pieces.push(piece);
    if (size > OUTPUT_LIMIT) onTooMuch();
  });
  stream.on("error", () => {});
  return kept;
}

function definedOnly(env: Env): Record<string, string> {
  const defined = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(defined);
}

function startFailure(error: Error): string {
  return knownOsError(error) ?? errorCode(error) ?? error.message;
}

/** People's scripts print keys on stderr when they fail: long unbroken words that look like one are hidden. */
function hideTokens(text: string): string {
  return text.replace(/[A-Za-z0-9+/_=.-]{20,}/g, word => (looksSecret(word) ? "[redacted]" : word));
}

function looksSecret(word: string): boolean {
  if (/^(sk|ghp|gho|eyJ|xox|AKIA)/.test(word)) return true;
  const isPath = word.includes("/") && !/[+=]/.test(word);
  return !isPath && /[0-9]/.test(word) && /[A-Za-z]/.test(word);
}

/** A private source for one provider: it knows nothing of stored logins. Callers at the same time share one run. */
export function commandAuth(
  auth: CommandAuth,
  { env, clock, warn }: { env: Env; clock: Clock; warn?: ((message: string) => void) | undefined },
): AuthSource {
  let cached: { token: string; at: number } | undefined;
  let running: Promise<string> | undefined;
  const run = () => {
    running ??= runTokenCommand(auth, env, clock)
      .then(token => {
        cached = { token, at: clock.now() };
        return token;
      })
      .catch((error: unknown) => {
        // A command that cannot renew a token likes to say which.
        if (!(error instanceof TokenCommandError) || cached === undefined) throw error;
        throw new TokenCommandError(redact(error.message, [cached.token]));
      })
      .finally(() => {
        running = undefined;
      });
    return running;
  };
  const isFresh = () =>
    cached !== undefined && (auth.refreshIntervalMs === 0 || clock.now() - cached.at < auth.refreshIntervalMs);
  return {
    kind: "command",
    credential: async () => {
      try {
        const token = isFresh() && cached !== undefined && running === undefined ? cached.token : await run();
        return { kind: "bearer", token };
      } catch (error) {
        if (!(error instanceof TokenCommandError)) throw error;
        warn?.(error.message);
        return null;
      }
    },
    recovery: () => onceRecovery(run),
  };
}

function onceRecovery(run: () => Promise<string>): AuthRecovery {
  let used = false;
  return {
    next: async tell => {
      const mode = "external";
      if (used) {
        tell?.(recoveryExhausted(mode));
        return false;
      }
      used = true;
      const told = { mode, step: "external_refresh", reason: null } as const;
      try {
        await run();
        tell?.({ ...told, outcome: "recovery_succeeded", stateChanged: true });
        return true;
      } catch (error) {
        if (!(error instanceof TokenCommandError)) throw error;
        tell?.({ ...told, outcome: "recovery_failed_transient", stateChanged: null });
        throw new ModelError("auth_refresh_unavailable", error.message, {
          retryable: true,
          codexErrorInfo: "other",
          hint: "Run the provider's token command by hand and see why it fails.",
        });
      }
    },
  };
}

/** A signal as Unix programs print it: `9 (SIGKILL)`. */
function signalText(signal: string | null): string {
  const number = signal === null ? undefined : os.constants.signals[signal as NodeJS.Signals];
  return number === undefined ? "unknown" : `${number} (${signal})`;
}

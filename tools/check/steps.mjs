import { spawn } from "node:child_process";
import path from "node:path";
import process from "node:process";

/** The repository's root folder. */
export const root = path.resolve(import.meta.dirname, "../..");

/**
 * How to call pnpm from here: the very pnpm that runs us (also when it came through `npx` and is on no PATH).
 * @returns {[string, string[]]} program and leading arguments
 */
export function pnpm() {
  const own = process.env.npm_execpath;
  if (own && /pnpm/.test(own)) return /\.[cm]?js$/.test(own) ? [process.execPath, [own]] : [own, []];
  return ["pnpm", []];
}

/** Environment of every step: no telemetry, no colour codes in what is counted. */
export const quiet = { ...process.env, TURBO_TELEMETRY_DISABLED: "1", DO_NOT_TRACK: "1", NO_UPDATE_NOTIFIER: "1" };

/**
 * Runs one program and passes its output on, line by line, to a listener as well.
 * @param {string} file
 * @param {string[]} args
 * @param {{ onText?: (text: string) => void, silent?: boolean, env?: Record<string, string | undefined> }} [options]
 * @returns {Promise<number>} exit code; 128 + n for a signal
 */
export function run(file, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      cwd: root,
      env: { ...quiet, ...options.env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const [from, to] of [
      [child.stdout, process.stdout],
      [child.stderr, process.stderr],
    ]) {
      from.setEncoding("utf8");
      from.on("data", text => {
        options.onText?.(text);
        if (!options.silent) to.write(text);
      });
    }
    child.on("error", reject);
    child.on("close", (code, signal) => resolve(code ?? (signal === "SIGINT" ? 130 : 137)));
  });
}

/** Seconds with one decimal since a `performance.now()` reading. */
export function since(start) {
  return `${((performance.now() - start) / 1000).toFixed(1)} s`;
}

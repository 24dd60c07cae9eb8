import type { SandboxEngine } from "./choose.ts";

/** Words that programs and kernels use when something was not allowed, lower case (section 10.3). */
const denialWords = [
  "operation not permitted",
  "permission denied",
  "read-only file system",
  "seccomp",
  "sandbox",
  "landlock",
  "failed to write file",
];

/** Exit codes that speak of a wrong call or a missing program. */
const ordinaryFailures = [2, 126, 127];
/** 128 + SIGSYS: a filtered system call that was not answered but punished. */
const EXIT_SIGSYS = 159;

export interface DenialInput {
  sandbox: SandboxEngine;
  exitCode: number;
  stdout: string;
  stderr: string;
  aggregated: string;
}

/** Whether the sandbox probably refused something the command needed: a guess from its exit code and its words. */
export function isLikelySandboxDenied({ sandbox, exitCode, stdout, stderr, aggregated }: DenialInput): boolean {
  if (sandbox === "none" || exitCode === 0) return false;
  const said = [stderr, stdout, aggregated].some(text => {
    const lower = text.toLowerCase();
    return denialWords.some(word => lower.includes(word));
  });
  if (said) return true;
  if (ordinaryFailures.includes(exitCode)) return false;
  return exitCode === EXIT_SIGSYS && sandbox !== "seatbelt" && sandbox !== "restricted-token";
}

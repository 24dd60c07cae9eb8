import path from "node:path";
import { isUnder } from "../paths.ts";
import type { ExplainedRule, SandboxExplanation } from "./explain.ts";

/** The rule that most likely made a command fail. */
export interface LikelyCause {
  kind: "files" | "network";
  /** The line of the output that gave it away. */
  evidence: string;
  path: string | null;
  rule: string;
  /** What would let the command through. */
  remedy: string;
}

const refusals = /read-only file system|permission denied|operation not permitted|EROFS|EACCES|EPERM/i;
const missing = /no such file or directory|ENOENT/i;
const occupied = /file exists|EEXIST/i;
const network =
  /could not resolve|temporary failure in name resolution|network is unreachable|getaddrinfo|EAI_AGAIN|ENETUNREACH|socket: operation not permitted|connect:? EPERM|unable to connect|failed to connect|connection refused|Name or service not known|dial tcp|error sending request/i;

/**
 * Guesses from a failed command's output which rule of its sandbox it ran into; null when nothing points to one. Pure.
 */
export function explainFailure(explanation: SandboxExplanation, output: string): LikelyCause | null {
  if (explanation.engine === "none" || explanation.engine === "error") return null;
  const lines = output.split("\n").filter(line => line.trim() !== "");
  return causeInFiles(explanation, lines) ?? causeInNetwork(explanation, lines) ?? causeInArguments(explanation, lines);
}

/** What to say after a run: how it ended, and the likely cause when it failed. */
export function formatFailure(
  { exitCode, signal, denied }: { exitCode: number; signal: string | null; denied: boolean },
  cause: LikelyCause | null,
): string {
  const lines = [`exit code: ${exitCode}${signal === null ? "" : ` (${signal})`}`];
  if (exitCode === 0) return `${lines.join("\n")}\n`;
  if (cause === null) {
    lines.push(
      denied
        ? "likely cause: the sandbox refused something, but the output does not tell what"
        : "likely cause: not the sandbox; nothing in the output points to one of its rules",
    );
  } else {
    lines.push(`likely cause: ${cause.rule}`, `  seen in: ${cause.evidence}`, `  to allow it: ${cause.remedy}`);
  }
  return `${lines.join("\n")}\n`;
}

function causeInFiles(explanation: SandboxExplanation, lines: readonly string[]): LikelyCause | null {
  for (const line of lines.filter(text => refusals.test(text) || missing.test(text) || occupied.test(text))) {
    for (const file of pathsIn(line, explanation.cwd)) {
      const rule = decidingRule(explanation.rules, file);
      const refused = refusals.test(line);
      const concerns =
        rule === null
          ? refused
          : (rule.access === "hidden" && !occupied.test(line)) ||
            (rule.access === "blocked" && occupied.test(line)) ||
            (refused && rule.access !== "write");
      if (!concerns) continue;
      return fileCause(line, file, rule);
    }
  }
  return null;
}

function causeInNetwork(explanation: SandboxExplanation, lines: readonly string[]): LikelyCause | null {
  if (explanation.network.access !== "none") return null;
  const evidence = lines.find(line => network.test(line));
  if (evidence === undefined) return null;
  return {
    kind: "network",
    evidence: evidence.trim(),
    path: null,
    rule: `the network is closed: ${explanation.network.how.join("; ")}`,
    remedy: "allow network access, or run the command without the sandbox after approval",
  };
}

/** A refusal that names no path: what the command itself was told to touch and may not write. */
function causeInArguments(explanation: SandboxExplanation, lines: readonly string[]): LikelyCause | null {
  const evidence = lines.find(line => refusals.test(line));
  if (evidence === undefined) return null;
  for (const word of explanation.command.slice(1).flatMap(text => text.split(/[\s;|&<>()]+/))) {
    if (!word.includes("/") || word.startsWith("-")) continue;
    const file = path.posix.resolve(explanation.cwd, word);
    const rule = decidingRule(explanation.rules, file);
    if (rule !== null && rule.access !== "write" && rule.access !== "private") return fileCause(evidence, file, rule);
  }
  return null;
}

function fileCause(evidence: string, file: string, rule: ExplainedRule | null): LikelyCause {
  return {
    kind: "files",
    evidence: evidence.trim(),
    path: file,
    rule: rule ? `${rule.path}: ${rule.why}` : "no rule names this path",
    remedy:
      rule?.access === "hidden"
        ? `allow reading ${file}, or run the command without the sandbox after approval`
        : `make ${path.posix.dirname(file)} a writable root, or run the command without the sandbox after approval`,
  };
}

/** The rule that decides about a path: the last one that contains it. */
export function decidingRule(rules: readonly ExplainedRule[], file: string): ExplainedRule | null {
  return rules.findLast(rule => isUnder(file, rule.path)) ?? null;
}

/** What looks like a path in a message: quoted words, and words with a slash. Relative ones start at the cwd. */
function pathsIn(line: string, cwd: string): string[] {
  const quoted = [...line.matchAll(/['"‘`]([^'"’`]+)['"’`]/g)].map(match => match[1] ?? "");
  const bare = [...line.matchAll(/(?:^|[\s=(:])((?:~|\.{0,2})?\/[^\s:,;'")]+)/g)].map(match => match[1] ?? "");
  const beforeColon = [...line.matchAll(/(?:^|\s)([^\s:'"]+): (?:[A-Z][a-z-]+ |[A-Z]{4,})/g)].map(
    match => match[1] ?? "",
  );
  const candidates = [...quoted, ...bare, ...beforeColon].filter(word => word !== "" && !word.startsWith("~"));
  return [...new Set(candidates.map(word => path.posix.resolve(cwd, word)))];
}

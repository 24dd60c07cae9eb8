import type { ReviewTarget } from "@codex-ts/protocol";
import { CliError, UsageError } from "../errors.ts";

/** What a review was asked to look at. */
export interface ReviewFlags {
  uncommitted?: boolean;
  base?: string;
  commit?: string;
  title?: string;
}

/** @throws UsageError for two targets, or a title without a commit */
export function checkReviewFlags(flags: ReviewFlags, argument: string | undefined): void {
  const [first, second] = [
    flags.uncommitted ? "--uncommitted" : null,
    flags.base === undefined ? null : "--base <BRANCH>",
    flags.commit === undefined ? null : "--commit <SHA>",
    argument === undefined ? null : "[PROMPT]",
  ].filter(name => name !== null);
  if (second !== undefined) throw new UsageError(`the argument '${first}' cannot be used with '${second}'`);
  if (flags.title !== undefined && flags.commit === undefined && !flags.uncommitted) {
    throw new UsageError("the following required arguments were not provided:\n  --commit <SHA>");
  }
}

/**
 * The one target that flags and prompt name together. Spec: command line, "`exec review`".
 * @param prompt resolves the custom instructions; called only when they are the target
 * @throws CliError when there is no target
 */
export async function reviewTarget(
  flags: ReviewFlags,
  argument: string | undefined,
  prompt: () => Promise<string>,
): Promise<ReviewTarget> {
  if (flags.uncommitted) return { type: "uncommittedChanges" };
  if (flags.base !== undefined) return { type: "baseBranch", branch: flags.base };
  if (flags.commit !== undefined) return { type: "commit", sha: flags.commit, title: flags.title ?? null };
  if (argument === undefined) {
    throw new CliError("Specify --uncommitted, --base, --commit, or provide custom review instructions");
  }
  const instructions = (await prompt()).trim();
  if (instructions === "") throw new CliError("Review prompt cannot be empty");
  return { type: "custom", instructions };
}

/** How a review is called in its header. Spec: app-server, section 8.8. */
export function reviewLabel(target: ReviewTarget): string {
  switch (target.type) {
    case "uncommittedChanges":
      return "current changes";
    case "baseBranch":
      return `changes against '${target.branch}'`;
    case "commit":
      return `commit ${target.sha.slice(0, 7)}${target.title ? `: ${target.title}` : ""}`;
    case "custom":
      return target.instructions.trim();
  }
}

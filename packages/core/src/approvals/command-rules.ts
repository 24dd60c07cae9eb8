import { approvalRequirement, type ApprovalRequirement, type PatternToken, type Policy } from "@codex-ts/execpolicy";
import type { PermissionProfile, SandboxPermissions } from "@codex-ts/permissions";
import type { AskForApproval } from "@codex-ts/protocol";
import { commandSegments, isDangerous, isKnownSafe, type BashParser } from "@codex-ts/shell-command";
import { fileSystemKind, legacyPolicy } from "../exec/permissions.ts";
import type { Requirement } from "./pipeline.ts";

export interface CommandFacts {
  argv: readonly string[];
  approvalPolicy: AskForApproval;
  permissions: PermissionProfile;
  /** Folder from which the profile's special paths and relative programs are resolved. */
  cwd: string;
  sandboxPermissions: SandboxPermissions;
  /** Prefix that the model proposes to allow from now on. */
  prefixRule: readonly string[] | null;
}

export interface CommandRulesParts {
  policy: Policy;
  parser: BashParser;
  env: Readonly<Record<string, string>>;
  platform: NodeJS.Platform;
  /** Appends a rule that allows the prefix to the user's rules file. */
  save(prefix: readonly string[]): Promise<void>;
}

/** What the rules say about commands, and how an approved prefix becomes a rule. */
export class CommandRules {
  private readonly parts: CommandRulesParts;
  private policy: Policy;

  constructor(parts: CommandRulesParts) {
    this.parts = parts;
    this.policy = parts.policy;
  }

  /** What must happen before this command runs, and the prefix that a person may be offered to allow. The parser must be ready for it. */
  requirement(facts: CommandFacts): { requirement: Requirement; amendment: string[] | null } {
    const { parser, env, platform } = this.parts;
    const context = {
      parser,
      platform: platform === "win32" ? "windows" : platform === "darwin" ? "macos" : "linux",
    } as const;
    const decided = approvalRequirement({
      argv: facts.argv,
      segments: commandSegments(facts.argv, parser),
      policy: this.policy,
      approvalPolicy: facts.approvalPolicy,
      sandbox: legacyPolicy(facts.permissions, facts.cwd, { env }).type,
      fileSystem: fileSystemKind(facts.permissions),
      sandboxPermissions: facts.sandboxPermissions,
      heuristics: {
        isKnownSafe: command => isKnownSafe(command, context),
        isDangerous: command => isDangerous(command, context),
      },
      windows: platform === "win32",
      lookup: { cwd: facts.cwd, ...(env["HOME"] === undefined ? {} : { home: env["HOME"] }) },
      ...(facts.prefixRule === null ? {} : { prefixRule: facts.prefixRule }),
    });
    return {
      requirement: requirementOf(decided),
      amendment: decided.kind === "forbidden" ? null : (decided.proposedAmendment ?? null),
    };
  }

  /** Prefixes that are allowed by rule, as the model is told them. */
  allowedPrefixes(): string[] {
    return this.policy.rules
      .filter(rule => rule.decision === "allow")
      .map(({ first, rest }) => `[${[first, ...rest.map(tokenText)].map(word => JSON.stringify(word)).join(", ")}]`);
  }

  /** Saves a rule that allows the prefix, and obeys it from now on. */
  async allowPrefix(prefix: readonly string[]): Promise<void> {
    await this.parts.save(prefix);
    this.policy = this.policy.withAllowPrefix(prefix);
  }
}

function requirementOf(decided: ApprovalRequirement): Requirement {
  switch (decided.kind) {
    case "skip":
      return { type: "skip", bypassSandbox: decided.bypassSandbox };
    case "needsApproval":
      return { type: "ask", reason: decided.reason ?? null, personOnly: decided.reviewer === "user" };
    case "forbidden":
      return { type: "forbidden", reason: decided.reason };
  }
}

function tokenText(token: PatternToken): string {
  return "single" in token ? token.single : `[${token.alts.join("|")}]`;
}

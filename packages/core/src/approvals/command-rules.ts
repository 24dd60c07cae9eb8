import {
  allowedPrefixes,
  amend,
  amendmentFile,
  type AmendmentScope,
  type AppendLine,
  type ApprovalInput,
  approvalRequirement,
  type ApprovalRequirement,
  compileNetworkRules,
  explainCommand,
  type Explanation,
  interceptedDecision,
  type InterceptedDecision,
  type NetworkAmendment,
  type NetworkLists,
  type Policy,
  type ProgramLookup,
  renderAllowedPrefixes,
} from "@codex-ts/execpolicy";
import type { PermissionProfile, SandboxPermissions } from "@codex-ts/permissions";
import type { AskForApproval } from "@codex-ts/protocol";
import { commandSegments, isDangerous, isKnownSafe, type BashParser } from "@codex-ts/shell-command";
import { fileSystemKind, legacyPolicy } from "../exec/permissions.ts";
import type { Requirement } from "./pipeline.ts";
import { isSystemProgram } from "./system-program.ts";

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
  /** Path of the person's own shell. */
  userShell: string;
  /** Folder whose `rules/default.rules` takes a person's new rules. */
  codexHome: string;
  /** `.codex` folder of the trusted project, which takes new rules of the project; null outside of one. */
  projectFolder: string | null;
  append: AppendLine;
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
    const input = this.approvalInput(facts);
    const decided = approvalRequirement(input);
    if (decided.kind === "skip" && this.unconfirmedProgram(input) !== null) {
      const escalated = facts.sandboxPermissions !== "use_default";
      const requirement: Requirement = escalated
        ? { type: "ask", reason: null, personOnly: false }
        : { type: "skip", bypassSandbox: false };
      return { requirement, amendment: null };
    }
    return {
      requirement: requirementOf(decided),
      amendment: decided.kind === "forbidden" ? null : (decided.proposedAmendment ?? null),
    };
  }

  /**
   * What becomes of a program that a shell starts. Its first word is an absolute path; a program of the system alone is known by its name.
   */
  intercepted(facts: Omit<CommandFacts, "prefixRule">): InterceptedDecision {
    const input = this.approvalInput({ ...facts, prefixRule: null });
    const decided = interceptedDecision(input);
    const unconfirmed =
      decided.kind === "run" && decided.sandboxed && !isSystemProgram(facts.argv[0] ?? "", this.parts.userShell);
    return unconfirmed && facts.sandboxPermissions !== "use_default" ? { kind: "prompt", sandboxed: true } : decided;
  }

  /** Whether a rule keeps some program from running, or wants it to be asked about. */
  get restricts(): boolean {
    return this.policy.rules.some(({ decision }) => decision !== "allow");
  }

  /** Every step of `requirement`, for people. The parser must be ready for the command. */
  explain(facts: CommandFacts): Explanation {
    const input = this.approvalInput(facts);
    const explanation = explainCommand(input);
    const program = explanation.result.kind === "skip" ? this.unconfirmedProgram(input) : null;
    if (program === null) return explanation;
    const escalated = facts.sandboxPermissions !== "use_default";
    const result = escalated ? ({ kind: "needsApproval" } as const) : ({ kind: "skip", bypassSandbox: false } as const);
    return { ...explanation, unconfirmedProgram: program, result };
  }

  private approvalInput(facts: CommandFacts): ApprovalInput {
    const { parser, env, platform } = this.parts;
    const context = {
      parser,
      platform: platform === "win32" ? "windows" : platform === "darwin" ? "macos" : "linux",
    } as const;
    return {
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
      lookup: lookupOf(facts.cwd, env),
      ...(facts.prefixRule === null ? {} : { prefixRule: facts.prefixRule }),
    };
  }

  /**
   * The first program of a command line that may not be the one that its name says; null when each is the system's, or one that a rule
   * names by its whole path. Only then may the name alone open the sandbox, for a workspace can hold a program that is called `ls` and
   * does something else.
   */
  private unconfirmedProgram({ argv, segments }: ApprovalInput): string | null {
    const isSystems = (command: readonly string[]) => isSystemProgram(command[0] ?? "", this.parts.userShell);
    const isNamed = (command: readonly string[]) =>
      this.policy.match(command).some(({ decision }) => decision === "allow");
    const other = [argv, ...segments.commands].find(command => !isSystems(command) && !isNamed(command));
    return other === undefined ? null : (other[0] ?? "");
  }

  /** Prefixes that are allowed by rule, as the model is told them; null when there are none. */
  allowedPrefixes(): string | null {
    return renderAllowedPrefixes(allowedPrefixes(this.policy));
  }

  /**
   * Saves a rule that allows the prefix, for the person or for the project, and obeys it from now on.
   * @throws ExecPolicyError when it cannot be saved: the file cannot be written, or there is no trusted project
   */
  async allowPrefix(prefix: readonly string[], cwd: string, scope: AmendmentScope): Promise<void> {
    const { codexHome, projectFolder, append, env } = this.parts;
    const file = amendmentFile(scope, { codexHome, projectFolder });
    this.policy = await amend(this.policy, { prefix }, { file, append, lookup: lookupOf(cwd, env) });
  }

  /** Hosts that rules allow and deny, whatever the protocol. */
  networkLists(): NetworkLists {
    return compileNetworkRules(this.policy.networkRules);
  }

  /**
   * Saves a rule about a host for the person, and counts it from now on.
   * @throws ExecPolicyError
   */
  async addNetworkRule(rule: NetworkAmendment, cwd: string): Promise<void> {
    const { codexHome, projectFolder, append, env } = this.parts;
    const file = amendmentFile("user", { codexHome, projectFolder });
    this.policy = await amend(this.policy, rule, { file, append, lookup: lookupOf(cwd, env) });
  }
}

function lookupOf(cwd: string, env: Readonly<Record<string, string>>): ProgramLookup {
  return { cwd, ...(env["HOME"] === undefined ? {} : { home: env["HOME"] }) };
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

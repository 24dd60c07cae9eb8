import { describe, expect, it } from "vitest";
import {
  type ApprovalInput,
  type ApprovalPolicy,
  approvalRequirement,
  BANNED_PREFIXES,
  fallbackDecision,
  interceptedDecision,
  isBannedPrefix,
  parsePolicy,
  refusedEscalation,
  refusedPrompt,
} from "../src/index.ts";
import { splitWords } from "../src/words.ts";
import { vectors } from "./vectors.ts";

const policy = parsePolicy([
  {
    path: "p.rules",
    text: `
prefix_rule(pattern=["qa", "go"])
prefix_rule(pattern=["qp"], decision="prompt", justification="needs a human")
prefix_rule(pattern=["qp", "x"], decision="prompt")
prefix_rule(pattern=["qf"], decision="forbidden")
prefix_rule(pattern=["qf", "j"], decision="forbidden", justification="use qa instead")
host_executable(name="qh", paths=["/usr/bin/qh"])
prefix_rule(pattern=["qh"], decision="prompt")
`,
  },
]);

const granular = {
  granular: { sandbox_approval: false, rules: true, mcp_elicitations: true },
} satisfies ApprovalPolicy;
const POLICIES: readonly ApprovalPolicy[] = ["untrusted", "on-request", "never", granular];

const heuristics = {
  isKnownSafe: (command: readonly string[]) => ["ls", "cat"].includes(command[0] ?? ""),
  isDangerous: (command: readonly string[]) => command[0] === "rm" && command[1] === "-rf",
};

/** The input for a script as the shell parser would give it, for the few scripts of the tables. */
function inputFor(
  command: string | string[],
  approvalPolicy: ApprovalPolicy,
  more: Partial<ApprovalInput>,
): ApprovalInput {
  const argv = typeof command === "string" ? ["bash", "-lc", command] : command;
  const complex = typeof command === "string" && command.includes("<<");
  const commands =
    typeof command === "string"
      ? command
          .replace(/ <<EOF$/, "")
          .split(/ (?:&&|\|) /)
          .map(part => splitWords(part) ?? [])
      : [command];
  return {
    argv,
    segments: { commands, complex },
    policy,
    approvalPolicy,
    sandbox: "read-only",
    fileSystem: "restricted",
    sandboxPermissions: "use_default",
    heuristics,
    lookup: { cwd: "/work" },
    ...more,
  };
}

function summary(input: ApprovalInput): string {
  const result = approvalRequirement(input);
  if (result.kind === "skip") return result.bypassSandbox ? "bypass" : "sandboxed";
  if (result.kind === "forbidden") return `refused ${result.reason}`;
  const { reason, proposedAmendment } = result;
  const amendment = proposedAmendment === undefined ? "" : `(${proposedAmendment.join(" ")})`;
  return `ask${amendment}${reason === undefined ? "" : ` ${reason}`}`;
}

describe("the approval requirement", () => {
  const rows = vectors<[string | string[], (string | null)[], Partial<ApprovalInput>?][]>("approval");
  it.each(rows)("of %j under each approval policy", (command, expected, more = {}) => {
    const found = POLICIES.map((approvalPolicy, index) =>
      expected[index] === null ? null : summary(inputFor(command, approvalPolicy, more)),
    );
    expect(found).toEqual(expected);
  });

  it("refuses a call that asks for a way around the sandbox unless the policy is on-request", () => {
    expect(refusedEscalation("on-request", "require_escalated")).toBeNull();
    expect(refusedEscalation("never", "use_default")).toBeNull();
    expect(refusedEscalation("untrusted", "require_escalated")).toBe(
      "approval policy is UnlessTrusted; reject command — you should not ask for escalated permissions if the approval policy is UnlessTrusted",
    );
    expect(refusedEscalation(granular, "with_additional_permissions")).toContain(
      "Granular(GranularApprovalConfig { sandbox_approval: false, rules: true, skill_approval: false, request_permissions: false, mcp_elicitations: true })",
    );
    expect(refusedEscalation("never", "require_escalated")).toContain("policy is Never;");
    expect(refusedEscalation("on-failure", "require_escalated")).toContain("policy is OnFailure;");
  });

  it("offers the first allowed command for the retry, only where no rule matched", () => {
    const requirement = (command: string) => approvalRequirement(inputFor(command, "on-request", {}));
    expect(requirement("zz && yy")).toEqual({ kind: "skip", bypassSandbox: false, proposedAmendment: ["zz"] });
    expect(requirement("qa go && yy")).toEqual({ kind: "skip", bypassSandbox: false });
    expect(requirement("zz <<EOF")).toEqual({ kind: "skip", bypassSandbox: false });
    expect(requirement("qa go")).toEqual({ kind: "skip", bypassSandbox: true });
  });

  it("does not offer a proposed prefix that is banned, or where a rule matched already", () => {
    const ask = (command: string, prefixRule: string[]) =>
      approvalRequirement(inputFor(command, "untrusted", { prefixRule }));
    expect(ask("git push", ["git"])).toMatchObject({ proposedAmendment: ["git", "push"] });
    expect(ask("git push", ["git", "push"])).toMatchObject({ proposedAmendment: ["git", "push"] });
    expect(ask("zz a", [])).toMatchObject({ proposedAmendment: ["zz", "a"] });
    expect(ask("qa go && zz a", ["zz"])).toMatchObject({ proposedAmendment: ["zz", "a"] });
  });

  it("takes the last of the longest forbidden prefixes for its reason", () => {
    const rules = parsePolicy([
      {
        path: "p.rules",
        text: 'prefix_rule(["a","b"],"forbidden",justification="one")\nprefix_rule(["a","b"],"forbidden",justification="two")\nprefix_rule(["a"],"forbidden",justification="short")',
      },
    ]);
    expect(summary(inputFor("a b", "never", { policy: rules }))).toBe("refused `bash -lc 'a b'` rejected: two");
  });

  it("sends a prompt to a person where the rule says so", () => {
    const rules = parsePolicy([
      { path: "p.rules", text: 'prefix_rule(["a"],"prompt",reviewer="user")\nprefix_rule(["b"],reviewer="user")' },
    ]);
    const requirement = (command: string) => approvalRequirement(inputFor(command, "untrusted", { policy: rules }));
    expect(requirement("a x")).toMatchObject({ kind: "needsApproval", reviewer: "user" });
    expect(requirement("zz")).not.toHaveProperty("reviewer");
    expect(requirement("b && zz")).not.toHaveProperty("reviewer");
  });

  it("falls back to a plain join when a word cannot be quoted", () => {
    expect(summary(inputFor(["qf", "\0"], "never", {}))).toBe(
      "refused `qf \0` rejected: policy forbids commands starting with `qf`",
    );
  });

  it("lets the fallback decide about each command that no rule covers", () => {
    expect(summary(inputFor("qa go | rm -rf ./", "never", {}))).toContain("rejected: blocked by policy");
  });
});

describe("the fallback table", () => {
  const all: readonly ApprovalPolicy[] = ["never", "on-failure", "on-request", "untrusted", granular];
  const decisions = (command: string[], more: Partial<ApprovalInput> & { complex?: boolean; windows?: boolean } = {}) =>
    all
      .map(approvalPolicy => {
        const input = { ...inputFor(command, approvalPolicy, {}), complex: false, ...more };
        return fallbackDecision(command, input).decision;
      })
      .join(" ");

  it("allows what is known to be safe, unless it is fed by a heredoc", () => {
    expect(decisions(["ls"])).toBe("allow allow allow allow allow");
    expect(decisions(["ls"], { complex: true })).toBe("allow allow allow prompt allow");
  });

  it("asks about dangerous commands, and refuses them where nobody may be asked and a sandbox was wanted", () => {
    expect(decisions(["rm", "-rf", "x"])).toBe("forbidden prompt prompt prompt prompt");
    for (const sandbox of ["danger-full-access", "external-sandbox"] as const) {
      expect(decisions(["rm", "-rf", "x"], { sandbox })).toBe("allow prompt prompt prompt prompt");
    }
  });

  it("treats every command as dangerous in a read-only sandbox on Windows", () => {
    expect(decisions(["zz"], { windows: true })).toBe("forbidden prompt prompt prompt prompt");
    expect(decisions(["zz"], { windows: true, sandbox: "workspace-write" })).toBe("allow allow allow prompt allow");
    expect(decisions(["ls"], { windows: true })).toBe("allow allow allow allow allow");
  });

  it("asks under untrusted alone where the file system is open or the sandbox holds", () => {
    for (const fileSystem of ["unrestricted", "external-sandbox", "restricted"] as const) {
      expect(decisions(["zz"], { fileSystem })).toBe("allow allow allow prompt allow");
    }
  });

  it("asks for what goes beyond a restricted sandbox", () => {
    for (const sandboxPermissions of ["require_escalated", "with_additional_permissions"] as const) {
      expect(decisions(["zz"], { sandboxPermissions })).toBe("allow allow prompt prompt prompt");
      expect(decisions(["zz"], { sandboxPermissions, fileSystem: "unrestricted" })).toBe(
        "allow allow allow prompt allow",
      );
    }
  });
});

describe("prompts that a policy refuses", () => {
  const flags = (more: object): ApprovalPolicy => ({
    granular: { sandbox_approval: true, rules: true, mcp_elicitations: true, ...more },
  });

  it("are decided by the flag of their source", () => {
    expect(refusedPrompt(flags({ rules: false }), "rule")).toBe(
      "approval required by policy rule, but AskForApproval::Granular.rules is false",
    );
    expect(refusedPrompt(flags({ rules: false }), "fallback")).toBeNull();
    expect(refusedPrompt(flags({ sandbox_approval: false }), "rule")).toBeNull();
    expect(refusedPrompt(flags({ sandbox_approval: false }), "fallback")).toBe(
      "approval required by policy, but AskForApproval::Granular.sandbox_approval is false",
    );
    expect(refusedPrompt(flags({}), "skill")).toContain("skill_approval is false");
    expect(refusedPrompt(flags({ skill_approval: true }), "skill")).toBeNull();
  });

  it("are refused by never and by no other named policy", () => {
    for (const source of ["rule", "fallback", "skill"] as const) {
      expect(refusedPrompt("never", source)).toBe("approval required by policy, but AskForApproval is set to Never");
      for (const named of ["untrusted", "on-failure", "on-request"] as const) {
        expect(refusedPrompt(named, source)).toBeNull();
      }
    }
  });
});

describe("intercepted programs", () => {
  const decide = (argv: string[], more: Partial<Parameters<typeof interceptedDecision>[0]> = {}) =>
    interceptedDecision({ ...inputFor(argv, "untrusted", {}), argv, ...more });

  it("run outside the sandbox when a rule allows them, inside when the fallback does", () => {
    expect(decide(["qa", "go"])).toEqual({ kind: "run", sandboxed: false });
    expect(decide(["ls"])).toEqual({ kind: "run", sandboxed: true });
  });

  it("ask by rule or fallback, each under its own flag", () => {
    expect(decide(["/usr/bin/qh"])).toEqual({ kind: "prompt", sandboxed: false });
    expect(decide(["zz"])).toEqual({ kind: "prompt", sandboxed: true });
    const denied = { kind: "denied", reason: "Execution forbidden by policy" };
    expect(decide(["rm", "-rf", "x"], { approvalPolicy: granular })).toEqual(denied);
    expect(decide(["/usr/bin/qh"], { approvalPolicy: granular })).toEqual({ kind: "prompt", sandboxed: false });
    expect(decide(["/usr/bin/qh"], { approvalPolicy: granular, skillScript: true })).toEqual(denied);
    expect(decide(["qf"])).toEqual(denied);
  });

  it("are not unwrapped", () => {
    expect(decide(["/bin/bash", "-lc", "qf a"])).toEqual({ kind: "prompt", sandboxed: true });
  });
});

describe("banned prefixes", () => {
  it("are banned exactly, not with more words", () => {
    expect(BANNED_PREFIXES).toHaveLength(46);
    for (const prefix of BANNED_PREFIXES) {
      expect(isBannedPrefix(prefix)).toBe(true);
      expect(isBannedPrefix([...prefix, "script.py"])).toBe(false);
    }
    expect(isBannedPrefix(["python3 -c"])).toBe(false);
    expect(isBannedPrefix([])).toBe(false);
  });
});

import { parsePolicy, refusedEscalation } from "@codex-ts/execpolicy";
import type { PermissionProfile, SandboxPermissions } from "@codex-ts/permissions";
import { specialEntry } from "@codex-ts/permissions";
import type { AskForApproval } from "@codex-ts/protocol";
import { nodeBashParser } from "@codex-ts/shell-command/node";
import { beforeAll, describe, expect, test } from "vitest";
import { CommandRules } from "../src/approvals/command-rules.ts";

const RULES = `
prefix_rule(pattern=["qa", "go"])
prefix_rule(pattern=["qp"], decision="prompt", justification="needs a human")
prefix_rule(pattern=["qp", "x"], decision="prompt")
prefix_rule(pattern=["qf"], decision="forbidden")
prefix_rule(pattern=["qf", "j"], decision="forbidden", justification="use qa instead")
host_executable(name="qh", paths=["/usr/bin/qh"])
prefix_rule(pattern=["qh"], decision="prompt")
`;

const READ_ONLY: PermissionProfile = {
  type: "managed",
  file_system: { type: "restricted", entries: [specialEntry({ kind: "root" }, "read")] },
  network: "restricted",
};
const GRANULAR: AskForApproval = {
  granular: {
    sandbox_approval: false,
    rules: true,
    skill_approval: false,
    request_permissions: false,
    mcp_elicitations: true,
  },
};
const POLICIES: readonly AskForApproval[] = ["untrusted", "on-request", "never", GRANULAR];

const parser = nodeBashParser();
const rules = new CommandRules({
  policy: parsePolicy([{ path: "p.rules", text: RULES }]),
  parser,
  env: { PATH: "/usr/bin:/bin", HOME: "/nobody" },
  platform: "linux",
  userShell: "/bin/bash",
  codexHome: "/nobody/.codex",
  projectFolder: null,
  append: () => Promise.reject(new Error("nothing is saved")),
});

interface Call {
  command: string | string[];
  prefixRule?: string[];
  permissions?: SandboxPermissions;
}

/** What becomes of a call, in the words of the table: the guard before it, then the rules over the commands of its script. */
function outcome({ command, prefixRule, permissions = "use_default" }: Call, approvalPolicy: AskForApproval): string {
  const refused = refusedEscalation(approvalPolicy, permissions);
  if (refused !== null) return `no item: ${refused.split(";")[0]}`;
  const argv = typeof command === "string" ? ["bash", "-lc", command] : command;
  const { requirement, amendment } = rules.requirement({
    argv,
    approvalPolicy,
    permissions: READ_ONLY,
    cwd: "/work",
    sandboxPermissions: permissions,
    prefixRule: prefixRule ?? null,
  });
  if (requirement.type === "forbidden") return `refused: ${requirement.reason}`;
  if (requirement.type === "skip") {
    return requirement.bypassSandbox || permissions === "require_escalated" ? "runs open" : "runs sandboxed";
  }
  const asked = amendment === null ? "asks" : `asks(${amendment.join(" ")})`;
  return requirement.reason === null ? asked : `${asked}: ${requirement.reason}`;
}

const NEVER = "refused: approval required by policy, but AskForApproval is set to Never";
const heredoc = (program: string) => `${program} <<EOF\nhello\nEOF`;
const shown = JSON.stringify;
const GRANULAR_TEXT =
  "Granular(GranularApprovalConfig { sandbox_approval: false, rules: true, skill_approval: false, request_permissions: false, mcp_elicitations: true })";

/** Spec execpolicy.md 14.3: under untrusted, on-request, never and granular. One text stands for all four. */
const table: [Call, string | [string, string, string, string]][] = [
  [{ command: "qa go" }, "runs open"],
  [{ command: "qa stop" }, ["asks(qa stop)", "runs sandboxed", "runs sandboxed", "runs sandboxed"]],
  ...(["qp a", "qp x"] as const).map((command): [Call, [string, string, string, string]] => {
    const why = command === "qp a" ? "requires approval: needs a human" : "requires approval by policy";
    const asks = `asks: \`bash -lc '${command}'\` ${why}`;
    return [{ command }, [asks, asks, NEVER, asks]];
  }),
  [{ command: "qf a" }, "refused: `bash -lc 'qf a'` rejected: policy forbids commands starting with `qf`"],
  [{ command: "qf j" }, "refused: `bash -lc 'qf j'` rejected: use qa instead"],
  [{ command: "qa go | zz" }, ["asks(zz)", "runs sandboxed", "runs sandboxed", "runs sandboxed"]],
  [
    { command: "qa go && rm -rf nothing-here" },
    [
      "asks(rm -rf nothing-here)",
      "asks(rm -rf nothing-here)",
      "refused: `bash -lc 'qa go && rm -rf nothing-here'` rejected: blocked by policy",
      "refused: approval required by policy, but AskForApproval::Granular.sandbox_approval is false",
    ],
  ],
  [
    { command: "zz && qp x" },
    [
      "asks: `bash -lc 'zz && qp x'` requires approval by policy",
      "asks: `bash -lc 'zz && qp x'` requires approval by policy",
      NEVER,
      "asks: `bash -lc 'zz && qp x'` requires approval by policy",
    ],
  ],
  [
    { command: ["/usr/bin/qh", "1"] },
    [
      "asks: `/usr/bin/qh 1` requires approval by policy",
      "asks: `/usr/bin/qh 1` requires approval by policy",
      NEVER,
      "asks: `/usr/bin/qh 1` requires approval by policy",
    ],
  ],
  [{ command: ["/opt/qh", "1"] }, ["asks(/opt/qh 1)", "runs sandboxed", "runs sandboxed", "runs sandboxed"]],
  [{ command: heredoc("zz") }, ["asks", "runs sandboxed", "runs sandboxed", "runs sandboxed"]],
  [{ command: heredoc("zz"), prefixRule: ["zz"] }, ["asks(zz)", "runs sandboxed", "runs sandboxed", "runs sandboxed"]],
  [{ command: heredoc("cat") }, ["asks", "runs sandboxed", "runs sandboxed", "runs sandboxed"]],
  [
    { command: "zz a b", prefixRule: ["zz", "a"] },
    ["asks(zz a)", "runs sandboxed", "runs sandboxed", "runs sandboxed"],
  ],
  [
    { command: "zz a b && yy", prefixRule: ["zz", "a"] },
    ["asks(zz a b)", "runs sandboxed", "runs sandboxed", "runs sandboxed"],
  ],
  [
    { command: "python3 -c 1", prefixRule: ["python3", "-c"] },
    ["asks(python3 -c 1)", "runs sandboxed", "runs sandboxed", "runs sandboxed"],
  ],
  [
    { command: "zz a b", prefixRule: ["zz", "a"], permissions: "require_escalated" },
    [
      "no item: approval policy is UnlessTrusted",
      "asks(zz a)",
      "no item: approval policy is Never",
      `no item: approval policy is ${GRANULAR_TEXT}`,
    ],
  ],
  [
    { command: "ls", permissions: "require_escalated" },
    [
      "no item: approval policy is UnlessTrusted",
      "runs open",
      "no item: approval policy is Never",
      `no item: approval policy is ${GRANULAR_TEXT}`,
    ],
  ],
];

/** Ways to say a forbidden or asked-about command otherwise; none may end up freer than the plain one. */
const disguises: [string, string, RegExp][] = [
  ["quotes around its words", `qf 'a' "b"`, /^refused/],
  ["quotes around its name", `"qf" a`, /^asks/],
  ["quotes inside of the word", `q"f" 'a'`, /^asks/],
  ["a backslash", String.raw`q\f a`, /^refused|^asks$|^asks\(/],
  ["an empty pair of quotes", `q''f a`, /^refused|^asks/],
  ["a list", "true; qf a", /^refused/],
  ["an or", "false || qf a", /^refused/],
  ["a pipe", "ls | qf a", /^refused/],
  ["a line break", "ls\nqf a", /^refused/],
  ["a subshell", "(qf a)", /^refused|^asks/],
  ["a substitution", "echo $(qf a)", /^refused|^asks/],
  ["backquotes", "echo `qf a`", /^refused|^asks/],
  ["a variable", "x=qf; $x a", /^refused|^asks/],
  ["an assignment before it", "A=1 qf a", /^refused|^asks/],
  ["the background", "ls & qf a", /^refused|^asks/],
  ["a redirection", "ls > qf", /^refused|^asks/],
  ["a brace expansion", "{qf,a}", /^refused|^asks/],
  ["ANSI quotes", String.raw`$'\x71f' a`, /^refused|^asks/],
  ["a process substitution", "cat <(qf a)", /^refused|^asks/],
  ["a heredoc with a substitution", "cat <<EOF\n$(qf a)\nEOF", /^refused|^asks/],
  ["another shell", "bash -c 'qf a'", /^refused|^asks/],
  ["eval", "eval 'qf a'", /^refused|^asks/],
];

describe("rules over what a shell really runs (execpolicy 14.3)", () => {
  beforeAll(() => parser.load());

  test.each(table.map(([call, expected], n) => [`row ${n + 1}: ${shown(call)}`, call, expected] as const))(
    "%s",
    (_name, call, expected) => {
      const wanted = typeof expected === "string" ? POLICIES.map(() => expected) : expected;
      expect(POLICIES.map(policy => outcome(call, policy))).toEqual(wanted);
    },
  );

  test.each(disguises)("a forbidden command in %s does not run unasked", (_name, command, allowed) => {
    expect(outcome({ command }, "untrusted")).toMatch(allowed);
    // Where nobody is asked, it stays in the sandbox at most.
    expect(outcome({ command }, "never")).toMatch(/^refused|^runs sandboxed$/);
  });

  test.each([
    ["a list", "qa go; zz"],
    ["a pipe", "qa go | sh"],
    ["a substitution", "qa go $(zz)"],
    ["a redirection", "qa go > /etc/x"],
    ["an assignment", "LD_PRELOAD=/tmp/x.so qa go"],
    ["a background", "qa go & zz"],
    ["an environment", "env LD_PRELOAD=x qa go"],
    ["a longer word", "qago go"],
    ["a heredoc", "qa go <<EOF\n$(zz)\nEOF"],
  ])("an allowed command does not take along %s", (_name, command) => {
    expect(outcome({ command }, "untrusted")).toMatch(/^asks/);
    for (const policy of ["on-request", "never"] as const) expect(outcome({ command }, policy)).toBe("runs sandboxed");
  });

  test.each(["./qa go", "/tmp/qa go", "bin/../qa go"])(
    "%s, which the rules know by name alone, stays in the sandbox",
    command => {
      for (const policy of POLICIES) expect(outcome({ command }, policy)).toBe("runs sandboxed");
    },
  );
});

import { describe, expect, it } from "vitest";
import {
  compileNetworkRules,
  explainCommand,
  findRulesFiles,
  loadRules,
  type LoadRulesInput,
  normalizeNetworkHost,
  overlayDomains,
  parsePolicy,
  type Policy,
  renderExplanation,
  type RequiredPrefixRule,
  requirementsPolicy,
  type RulesFs,
  samePrefixRules,
} from "../src/index.ts";

const lookup = { cwd: "/work" };
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A file system of the given files; a name that ends in `@` is a symbolic link. */
function memoryFs(files: Record<string, string | Error>): RulesFs {
  return {
    readDir: async dir => {
      await Promise.resolve();
      const failure = files[dir];
      if (failure instanceof Error) throw failure;
      const names = Object.keys(files)
        .filter(file => file.startsWith(`${dir}/`))
        .map(file => file.slice(dir.length + 1));
      return names.length === 0
        ? null
        : names.map(name => ({ name: name.replace("@", ""), isFile: !name.includes("@") && !name.includes("/") }));
    },
    readFile: async file => {
      await Promise.resolve();
      const text = files[file];
      if (text instanceof Error || text === undefined) throw text ?? new Error("missing");
      return utf8(text);
    },
  };
}

const folders: LoadRulesInput["folders"] = [
  { layer: "system", path: "/etc/codex" },
  { layer: "user", path: "/home/me/.codex/" },
  { layer: "project", path: "/repo/.codex" },
];

describe("the rules of all layers", () => {
  const fs = memoryFs({
    "/etc/codex/rules/s.rules": 'prefix_rule(["s"])',
    "/home/me/.codex/rules/b.rules": 'prefix_rule(["x"],"prompt")',
    "/home/me/.codex/rules/B.rules": 'prefix_rule(["x"])',
    "/home/me/.codex/rules/note.txt": "not rules",
    "/home/me/.codex/rules/link.rules@": "not read",
    "/home/me/.codex/rules/.rules": "not read",
    "/repo/.codex/rules/p.rules": 'prefix_rule(["p"],"forbidden")',
  });

  it("are read from the lowest layer to the highest, by name inside of one", async () => {
    expect(await findRulesFiles({ folders, fs })).toEqual([
      "/etc/codex/rules/s.rules",
      "/home/me/.codex/rules/B.rules",
      "/home/me/.codex/rules/b.rules",
      "/repo/.codex/rules/p.rules",
    ]);
    const { policy, warning } = await loadRules({ folders, fs, lookup });
    expect(warning).toBeNull();
    expect(policy.match(["x"]).map(match => match.decision)).toEqual(["allow", "prompt"]);
    expect(policy.evaluate([["p"]]).decision).toBe("forbidden");
  });

  it("leave out user and project folders when these are ignored", async () => {
    const { policy, files } = await loadRules({ folders, fs, lookup, ignoreUserRules: true });
    expect(files).toEqual(["/etc/codex/rules/s.rules"]);
    expect(policy.rules.map(rule => rule.first)).toEqual(["s"]);
  });

  it("are out of force altogether when one file is broken, but managed requirements hold", async () => {
    const broken = memoryFs({
      "/etc/codex/rules/a.rules": 'prefix_rule(["a"])',
      "/etc/codex/rules/z.rules": '\nprefix_rule(["z"],"x")',
    });
    const requirements = requirementsPolicy({ prefix_rules: [{ pattern: [{ token: "rm" }], decision: "forbidden" }] });
    const { policy, warning } = await loadRules({ folders, fs: broken, lookup, requirements });
    expect(policy.match(["a"])).toEqual([]);
    expect(policy.evaluate([["rm"]]).decision).toBe("forbidden");
    expect(warning?.message).toMatch(
      /^failed to parse rules file \/etc\/codex\/rules\/z\.rules: starlark error: Traceback[^]*\nerror: invalid decision: x\n/,
    );
    expect(warning?.range?.start).toEqual({ line: 2, column: 1 });
    expect(warning?.display).toBe(
      "/etc/codex/rules/z.rules:2: error: invalid decision: x (problem is on or around line 2)",
    );
  });

  it("show example errors by their message", async () => {
    const broken = memoryFs({ "/etc/codex/rules/z.rules": 'prefix_rule(["z"],match=["c"])' });
    const { warning } = await loadRules({ folders, fs: broken, lookup });
    expect(warning?.display).toMatch(
      /^\/etc\/codex\/rules\/z\.rules:1: expected every example .*unmatched examples: \["c"\] \(problem is on or around line 1\)$/,
    );
  });

  it("fail for a folder or file that is there but cannot be read", async () => {
    const denied = Object.assign(new Error("no"), { code: "EACCES" });
    await expect(loadRules({ folders, fs: memoryFs({ "/etc/codex/rules": denied }), lookup })).rejects.toMatchObject({
      code: "read",
      message: "failed to read rules files from /etc/codex/rules: Permission denied (os error 13)",
    });
    const file = memoryFs({ "/etc/codex/rules/a.rules": denied });
    await expect(loadRules({ folders, fs: file, lookup })).rejects.toMatchObject({
      message: "failed to read rules file /etc/codex/rules/a.rules: Permission denied (os error 13)",
    });
  });
});

describe("merging policies", () => {
  it("appends rules, keeps network rules of both sides, and replaces host executables by name", () => {
    const file = parsePolicy([
      {
        path: "p.rules",
        text: 'prefix_rule(["a"])\nnetwork_rule("a.com","https","allow")\nhost_executable("a",["/bin/a"])\nhost_executable("b",["/bin/b"])',
      },
    ]);
    const overlay = parsePolicy([
      {
        path: "o.rules",
        text: 'prefix_rule(["a"],"forbidden")\nnetwork_rule("a.com","https","deny")\nhost_executable("a",["/usr/bin/a"])',
      },
    ]);
    const merged = file.merge(overlay);
    expect(merged.match(["a"]).map(match => match.decision)).toEqual(["allow", "forbidden"]);
    expect(merged.networkRules.map(rule => rule.decision)).toEqual(["allow", "forbidden"]);
    expect([...merged.hostExecutables]).toEqual([
      ["a", ["/usr/bin/a"]],
      ["b", ["/bin/b"]],
    ]);
    expect(file.match(["a"])).toHaveLength(1);
  });

  it("lets a rule for the path itself win over rules for its name", () => {
    const policy = parsePolicy([{ path: "p.rules", text: 'prefix_rule(["/bin/a"])\nprefix_rule(["a"],"forbidden")' }]);
    const options = { resolveHostExecutables: lookup };
    expect(policy.evaluate([["/bin/a"]], options).decision).toBe("allow");
    expect(policy.evaluate([["/usr/bin/a"]], options).decision).toBe("forbidden");
    expect(policy.evaluate([["/usr/bin/a"]]).decision).toBeNull();
    expect(policy.evaluate([[]], options).decision).toBeNull();
  });

  it("compares names of executables without case and extension on Windows", () => {
    const windows = { cwd: "C:\\work", style: "windows" } as const;
    const text = 'prefix_rule(["git"],"prompt")\nhost_executable("Git.exe",["C:\\\\Tools\\\\.\\\\GIT.EXE"])';
    const policy = parsePolicy([{ path: "p.rules", text }], { lookup: windows });
    const decide = (program: string) => policy.evaluate([[program]], { resolveHostExecutables: windows }).decision;
    expect(decide("C:\\Tools\\GIT.EXE")).toBe("prompt");
    expect(decide("D:\\git.exe")).toBeNull();
  });
});

describe("network rules", () => {
  it("compile to the last word about each host", () => {
    const policy = parsePolicy([
      {
        path: "p.rules",
        text: 'network_rule("a.com","https","allow")\nnetwork_rule("a.com","http","deny")\nnetwork_rule("b.com","https","allow")\nnetwork_rule("c.com","https","prompt")',
      },
    ]);
    expect(compileNetworkRules(policy.networkRules)).toEqual({ allowed: ["b.com"], denied: ["a.com"] });
    const again = policy.withNetworkRule({ host: "a.com", protocol: "https", decision: "allow" });
    expect(compileNetworkRules(again.networkRules)).toEqual({ allowed: ["b.com", "a.com"], denied: [] });
  });

  it("replace entries for the same host in a proxy's configuration", () => {
    const domains = { "A.com": "deny", "x.com": "allow", "b.com.": "allow" } as const;
    expect(overlayDomains(domains, { allowed: ["a.com"], denied: ["b.com"] })).toEqual({
      "x.com": "allow",
      "a.com": "allow",
      "b.com": "deny",
    });
  });

  it.each([
    ["API.GitHub.com.", "api.github.com"],
    ["a.com:443", "a.com"],
    ["[::1]:80", "::1"],
    ["::1", "::1"],
    [" a.com ", "a.com"],
    ["É.com", "É.com"],
  ])("read %j as %j", (raw, host) => {
    expect(normalizeNetworkHost(raw)).toBe(host);
  });

  it.each(["", "*", "**", "*.example.com", "a*b.com", "http://a.com", "a.com/x", "[::1", "[::1]x", "a b", "..."])(
    "refuse the host %j",
    raw => {
      expect(() => normalizeNetworkHost(raw)).toThrow(expect.objectContaining({ code: "rule" }));
    },
  );
});

describe("managed requirements", () => {
  const rule = (more: Partial<RequiredPrefixRule>): RequiredPrefixRule => ({
    pattern: [{ token: "rm" }],
    decision: "forbidden",
    ...more,
  });

  it("make rules that can only be stricter", () => {
    const policy = requirementsPolicy({
      prefix_rules: [rule({ pattern: [{ token: "rm" }, { any_of: ["-rf", "-fr"] }], justification: "use trash" })],
    });
    expect(policy.evaluate([["rm", "-fr", "x"]])).toMatchObject({ decision: "forbidden" });
    expect(policy.match(["rm", "-r"])).toEqual([]);
    const several = requirementsPolicy({ prefix_rules: [rule({ pattern: [{ any_of: ["a", "b"] }] })] });
    expect(several.rules.map(each => each.first)).toEqual(["a", "b"]);
  });

  it.each([
    [[], "rules prefix_rules cannot be empty"],
    [[rule({ justification: " " })], "rules prefix_rule at index 0 has an empty justification"],
    [[rule({}), rule({ pattern: [] })], "rules prefix_rule at index 1 has an empty pattern"],
    [[rule({ pattern: [{ token: "" }] })], "at index 0 has an invalid pattern token at index 0: token cannot be empty"],
    [[rule({ pattern: [{ any_of: [] }] })], "any_of cannot be empty"],
    [[rule({ pattern: [{ any_of: ["a", ""] }] })], "any_of cannot include empty tokens"],
    [[rule({ pattern: [{ token: "a", any_of: ["b"] }] })], "set either token or any_of, not both"],
    [[rule({ pattern: [{}] })], "set either token or any_of"],
    [[{ pattern: [{ token: "a" }] }], "rules prefix_rule at index 0 is missing a decision"],
    [[rule({ decision: "allow" })], "has decision 'allow', which is not permitted in requirements.toml"],
    [[rule({ decision: "deny" })], "has an unknown decision 'deny'"],
  ])("refuse %j", (rules, message) => {
    expect(() => requirementsPolicy({ prefix_rules: rules })).toThrow(message);
  });

  it("are the same in any order", () => {
    const a = rule({});
    const b = rule({ pattern: [{ token: "x" }], decision: "prompt" });
    const policy = (...rules: RequiredPrefixRule[]): Policy => requirementsPolicy({ prefix_rules: rules });
    expect(samePrefixRules(policy(a, b), policy(b, a))).toBe(true);
    expect(samePrefixRules(policy(a, b), policy(b))).toBe(false);
    expect(samePrefixRules(policy(a), policy(rule({ justification: "j" })))).toBe(false);
  });
});

describe("explanations", () => {
  const policy = parsePolicy([
    {
      path: "/home/me/.codex/rules/default.rules",
      text: 'prefix_rule(["git","status"])\nprefix_rule(\n  ["git","push"],\n  "prompt",\n  justification="shared",\n  reviewer="user")',
    },
  ]);
  const input = {
    argv: ["bash", "-lc", "git status && git push && zz"],
    segments: { commands: [["git", "status"], ["git", "push"], ["zz"]], complex: false },
    policy,
    approvalPolicy: "on-request",
    sandbox: "workspace-write",
    fileSystem: "restricted",
    sandboxPermissions: "use_default",
    heuristics: { isKnownSafe: () => false, isDangerous: () => false },
    lookup,
  } as const;

  it("name every step, with the place of each rule", () => {
    const explanation = explainCommand(input);
    expect(explanation).toMatchObject({
      form: "plain commands",
      decision: "prompt",
      segments: [
        { rules: [{ decision: "allow", source: "/home/me/.codex/rules/default.rules:1" }] },
        { rules: [{ decision: "prompt", reviewer: "user", source: "/home/me/.codex/rules/default.rules:2" }] },
        { rules: [], fallback: { decision: "allow", row: "restricted" } },
      ],
      result: { kind: "needsApproval", reviewer: "user" },
    });
    expect(JSON.parse(JSON.stringify(explanation))).toEqual(explanation);
    expect(renderExplanation(explanation)).toBe(
      [
        "Command          bash -lc 'git status && git push && zz'",
        "Read as          plain commands",
        "",
        "1. git status",
        "   allow      rule `git status`",
        "              /home/me/.codex/rules/default.rules:1",
        "2. git push",
        "   prompt     rule `git push`, a person has to answer: shared",
        "              /home/me/.codex/rules/default.rules:2",
        "3. zz",
        "   allow      no rule: not known to be safe; the sandbox confines it",
        "",
        "Decision         prompt (the strictest of all commands)",
        "Approval policy  on-request",
        "Sandbox          workspace-write (file system: restricted)",
        "Result           asks a person",
        "                 `bash -lc 'git status && git push && zz'` requires approval:",
        "                 shared",
        "",
      ].join("\n"),
    );
  });

  it("show what would be offered, and refusals before the evaluation", () => {
    const asking = explainCommand({
      ...input,
      argv: ["zz"],
      segments: { commands: [["zz"]], complex: false },
      approvalPolicy: "untrusted",
    });
    expect(asking.form).toBe("whole command");
    expect(renderExplanation(asking)).toContain(
      'Result           asks\nOffered rule     prefix_rule(pattern=["zz"], decision="allow")\n',
    );
    const refused = explainCommand({ ...input, approvalPolicy: "never", sandboxPermissions: "require_escalated" });
    expect(refused.result).toEqual({ kind: "forbidden", reason: refused.refusedEscalation });
    const heredoc = explainCommand({ ...input, segments: { commands: [["zz"]], complex: true } });
    expect(heredoc.form).toBe("heredoc");
    expect(renderExplanation(heredoc)).toContain("Result           runs in the sandbox without a question\n");
    const rule = explainCommand({ ...input, segments: { commands: [["git", "status"]], complex: false } });
    expect(renderExplanation(rule)).toContain("Result           runs outside the sandbox without a question\n");
  });

  it("fit the terminal, and show no control character of a command", () => {
    const argv = ["zz", "\u001b[2J", "a\nb", ...Array.from({ length: 40 }, (_, index) => `word${index}`)];
    const explanation = explainCommand({ ...input, argv, segments: { commands: [argv], complex: false } });
    for (const columns of [undefined, 60, 10]) {
      const text = renderExplanation(explanation, columns === undefined ? {} : { columns });
      const widest = Math.max(...text.split("\n").map(line => line.length));
      expect(widest).toBeLessThanOrEqual(columns === undefined ? 80 : columns === 60 ? 60 : 40 + "'\\u001b[2J'".length);
      expect(text).toContain("\\u001b[2J");
      expect(text).toContain("a\\nb");
      // oxlint-disable-next-line no-control-regex -- looks for exactly these
      expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
    }
  });

  it("tell policies, refusals, resolved programs and programs of unknown places", () => {
    const granular = { sandbox_approval: true, rules: false, mcp_elicitations: true };
    const text = (over: Partial<Parameters<typeof explainCommand>[0]>): string =>
      renderExplanation(explainCommand({ ...input, ...over }));
    expect(text({ approvalPolicy: { granular } })).toContain(
      "Approval policy  granular (sandbox_approval=true, rules=false,\n                 mcp_elicitations=true)\n",
    );
    expect(text({ approvalPolicy: { granular } })).toContain(
      "Result           refused\n                 approval required by policy rule, but\n",
    );
    const refused = text({ approvalPolicy: "never", sandboxPermissions: "require_escalated" });
    expect(refused).toContain("Asked for        require_escalated\nRefused          before the rules were looked at\n");
    const resolved = text({
      argv: ["/usr/bin/git", "push"],
      segments: { commands: [["/usr/bin/git", "push"]], complex: false },
    });
    expect(resolved).toContain(
      "rule `git push`, found at /usr/bin/git, a person has to answer:\n              shared\n",
    );
    expect(resolved).toContain("Decision         prompt\n");
    const added = text({ policy: policy.withAllowPrefix(["zz"]), segments: { commands: [["zz"]], complex: false } });
    expect(added).toContain("rule `zz`\n              from managed requirements, or added in this session\n");
    const unconfirmed = { ...explainCommand(input), unconfirmedProgram: "./ls" };
    expect(renderExplanation(unconfirmed)).toContain(
      "Program          `./ls` is not in a folder of the system: its name opens no\n                 sandbox\n",
    );
    const offered = text({ argv: ["zz"], segments: { commands: [["zz"]], complex: false } });
    expect(offered).toContain('prefix_rule(pattern=["zz"], decision="allow") (when the sandbox');
    const nul = text({ argv: ["zz", "a\0b"], segments: { commands: [["zz", "a\0b"]], complex: false } });
    expect(nul).toContain("Command          zz a\\u0000b\n");
  });
});

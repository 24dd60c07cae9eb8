import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Bench } from "./support/cli.ts";

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});
afterEach(async () => await bench.close());

function rules(text: string): string {
  const folder = path.join(bench.home, "rules");
  mkdirSync(folder);
  writeFileSync(path.join(folder, "default.rules"), text);
  return path.join(folder, "default.rules");
}

const RULES = `prefix_rule(pattern=["git", "status"])
prefix_rule(pattern=["git", "push"], decision="prompt", justification="shared history", reviewer="user")
`;

describe("execpolicy check", () => {
  it("takes the options that every command takes, and leaves them alone", async () => {
    const file = rules(RULES);
    for (const option of [
      ["-c", "model=x"],
      ["--config", "a"],
      ["--enable", "shell_tool"],
      ["--disable", "shell_tool"],
    ]) {
      const result = await bench.run(["execpolicy", "check", ...option, "-r", file, "git", "status"]);
      expect([result.code, result.stderr]).toEqual([0, ""]);
      expect(JSON.parse(result.stdout)).toMatchObject({ decision: "allow" });
    }
  });

  it.each([["execpolicy", "check", "-r", "x", "ls"], ["completion"]])(
    "refuses features that there are not: %s",
    async (...words) => {
      const result = await bench.run(["--enable", "nosuch", ...words]);
      expect([result.code, result.stdout, result.stderr]).toEqual([1, "", "Error: Unknown feature flag: nosuch\n"]);
    },
  );
});

describe("execpolicy explain", () => {
  it("tells every step of a script, within 80 columns", async () => {
    const file = rules(RULES);
    const result = await bench.run(["execpolicy", "explain", "-s", "workspace-write", "git status && git push && zz"]);
    expect([result.code, result.stderr]).toEqual([0, ""]);
    expect(result.stdout).toMatch(/^Command {10}\S+ -l?c 'git status && git push && zz'\n/);
    for (const line of [
      "1. git status",
      "   allow      rule `git status`",
      `              ${file}:1`,
      "   prompt     rule `git push`, a person has to answer: shared history",
      `              ${file}:2`,
      "3. zz",
      "   allow      no rule: not known to be safe; the sandbox confines it",
      "Decision         prompt (the strictest of all commands)",
      "Approval policy  on-request",
      "Sandbox          workspace-write (file system: restricted)",
      "Result           asks a person",
    ]) {
      expect(result.stdout.split("\n")).toContain(line);
    }
    const tooWide = result.stdout.split("\n").filter(line => line.length > 80 && !line.includes(file));
    expect(tooWide).toEqual([]);
  });

  it("gives the same as JSON, with the amendment that would be offered", async () => {
    const file = rules(RULES);
    const result = await bench.run(["execpolicy", "explain", "--json", "-a", "untrusted", "npm", "publish", "--json"]);
    expect(result.code).toBe(0);
    expect(JSON.parse(result.stdout)).toEqual({
      argv: ["npm", "publish", "--json"],
      form: "whole command",
      segments: [
        {
          command: ["npm", "publish", "--json"],
          rules: [],
          fallback: { row: "restricted", decision: "prompt" },
          decision: "prompt",
        },
      ],
      decision: "prompt",
      approvalPolicy: "untrusted",
      sandbox: "read-only",
      fileSystem: "restricted",
      sandboxPermissions: "use_default",
      result: { kind: "needsApproval", proposedAmendment: ["npm", "publish", "--json"] },
    });
    const pushed = await bench.run(["execpolicy", "explain", "--json", "/usr/bin/git", "push"]);
    expect(JSON.parse(pushed.stdout)).toMatchObject({
      segments: [
        {
          rules: [
            {
              matchedPrefix: ["git", "push"],
              resolvedProgram: "/usr/bin/git",
              reviewer: "user",
              source: `${file}:2`,
            },
          ],
        },
      ],
      result: { kind: "needsApproval", reviewer: "user" },
    });
  });

  it("counts the rules of the user's folder once, when that is the `.codex` folder of the project, too", async () => {
    const home = path.join(bench.work, ".codex");
    mkdirSync(path.join(home, "rules"), { recursive: true });
    writeFileSync(path.join(home, "rules", "default.rules"), 'prefix_rule(pattern=["npm"])\n');
    writeFileSync(
      path.join(home, "config.toml"),
      `[projects.${JSON.stringify(bench.work)}]\ntrust_level = "trusted"\n`,
    );
    const result = await bench.run(["execpolicy", "explain", "--json", "npm", "test"], { env: { CODEX_HOME: home } });
    const { segments } = JSON.parse(result.stdout) as { segments: { rules: { matchedPrefix: string[] }[] }[] };
    expect(segments[0]?.rules.map(({ matchedPrefix }) => matchedPrefix)).toEqual([["npm"]]);
  });

  it("tells what a request to leave the sandbox comes to", async () => {
    const asked = await bench.run(["execpolicy", "explain", "--escalated", "-a", "on-request", "zz"]);
    expect(asked.stdout).toContain("Asked for        require_escalated\n");
    expect(asked.stdout).toContain("no rule: asks for more than the sandbox permits\n");
    expect(asked.stdout).toContain(
      'Result           asks\nOffered rule     prefix_rule(pattern=["zz"], decision="allow")\n',
    );
    const refused = await bench.run(["execpolicy", "explain", "--escalated", "-a", "never", "zz"]);
    expect(refused.stdout).toContain("Refused          before the rules were looked at\nResult           refused\n");
  });

  it("says that a program of the workspace gets nothing by its name", async () => {
    const result = await bench.run(["execpolicy", "explain", "./bin/ls"]);
    expect(result.stdout).toContain("   allow      no rule: known to be safe\n");
    expect(result.stdout).toContain("Result           runs in the sandbox without a question\n");
    rules('prefix_rule(pattern=["ls"])\n');
    const named = await bench.run(["execpolicy", "explain", "./bin/ls"]);
    expect(named.stdout).toContain("Program          `./bin/ls` is not in a folder of the system");
    expect(named.stdout).toContain("Result           runs in the sandbox without a question\n");
  });

  it("goes on without rules that do not parse, and says so", async () => {
    const file = rules("prefix_rule(\n");
    const result = await bench.run(["execpolicy", "explain", "ls"]);
    expect(result.code).toBe(0);
    expect(result.stderr).toContain(`warning: rules of files are not in force: ${file}:`);
    expect(result.stdout).toContain("Result ");
  });

  it("needs a command", async () => {
    const result = await bench.run(["execpolicy", "explain"]);
    expect([result.code, result.stdout]).toEqual([2, ""]);
  });
});

describe("execpolicy allow", () => {
  it("saves a rule for the person", async () => {
    const file = path.join(bench.home, "rules", "default.rules");
    const result = await bench.run(["execpolicy", "allow", "git", "push", "--force"]);
    const line = 'prefix_rule(pattern=["git", "push", "--force"], decision="allow")';
    expect([result.code, result.stdout]).toEqual([0, `${file}: ${line}\n`]);
    expect(readFileSync(file, "utf8")).toBe(`${line}\n`);
    const explained = await bench.run(["execpolicy", "explain", "git", "push", "--force", "origin"]);
    expect(explained.stdout).toContain("Result           runs outside the sandbox without a question\n");
  });

  it("saves a rule for the project where it is trusted, and refuses elsewhere", async () => {
    const file = path.join(bench.work, ".codex", "rules", "default.rules");
    const refused = await bench.run(["execpolicy", "allow", "--scope", "project", "make"]);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain("is not part of a trusted project; save it for the user");
    expect(existsSync(file)).toBe(false);
    bench.config(`[projects."${bench.work}"]\ntrust_level = "trusted"\n`);
    const saved = await bench.run(["execpolicy", "allow", "--scope", "project", "make"]);
    expect(saved.code).toBe(0);
    expect(readFileSync(file, "utf8")).toBe('prefix_rule(pattern=["make"], decision="allow")\n');
    const explained = await bench.run(["execpolicy", "explain", "make", "test"]);
    expect(explained.stdout).toContain(`              ${file}:1\n`);
  });
});

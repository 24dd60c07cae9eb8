import { describe, expect, it } from "vitest";
import { ExecPolicyError, parsePolicy, runExecpolicyCheck } from "../src/index.ts";
import { vectors } from "./vectors.ts";

interface CheckTable {
  files: Record<string, string>;
  cases: [string[], boolean, string[], string][];
}

const table = vectors<CheckTable>("check");
const lookup = { cwd: "/work", home: "/home/me" };

function io(files: Record<string, string | Uint8Array>) {
  return {
    lookup,
    readFile: async (path: string) => {
      const text = files[path];
      if (text === undefined) throw Object.assign(new Error("missing"), { code: "ENOENT" });
      return await Promise.resolve(typeof text === "string" ? new TextEncoder().encode(text) : text);
    },
  };
}

describe("execpolicy check", () => {
  it.each(table.cases)("%j resolve=%s %j", async (files, resolveHostExecutables, args, stdout) => {
    const result = await runExecpolicyCheck({ files, args, pretty: false, resolveHostExecutables }, io(table.files));
    expect(result).toEqual({ stdout: `${stdout}\n`, stderr: "", exitCode: 0 });
  });

  it("indents by two with --pretty", async () => {
    const options = { files: ["b.rules"], args: ["ls"], pretty: true, resolveHostExecutables: false };
    const { stdout } = await runExecpolicyCheck(options, io(table.files));
    expect(stdout).toBe(
      '{\n  "matchedRules": [\n    {\n      "prefixRuleMatch": {\n        "matchedPrefix": [\n          "ls"\n        ],\n' +
        '        "decision": "allow"\n      }\n    }\n  ],\n  "decision": "allow"\n}\n',
    );
  });

  it("does not carry variables over to the next file", async () => {
    const options = { files: ["a.rules", "c.rules"], args: ["q"], pretty: false, resolveHostExecutables: false };
    const { stdout, stderr, exitCode } = await runExecpolicyCheck(options, io(table.files));
    expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: 1 });
    expect(stderr).toBe(
      "Error: failed to parse policy at c.rules\n\nCaused by:\n    starlark error: error: Variable `X` not found\n" +
        "     --> c.rules:1:22\n      |\n    1 | prefix_rule(pattern=[X])\n      |                      ^\n      |\n\n",
    );
  });

  it("says which file is missing", async () => {
    const options = { files: ["nope.rules"], args: ["ls"], pretty: false, resolveHostExecutables: false };
    const { stderr, exitCode } = await runExecpolicyCheck(options, io({}));
    expect(exitCode).toBe(1);
    expect(stderr).toBe(
      "Error: failed to read policy at nope.rules\n\nCaused by:\n    No such file or directory (os error 2)\n",
    );
  });

  it("refuses a file that is not UTF-8", async () => {
    const options = { files: ["x.rules"], args: ["ls"], pretty: false, resolveHostExecutables: false };
    const { stderr } = await runExecpolicyCheck(options, io({ "x.rules": Uint8Array.of(0x61, 0xff) }));
    expect(stderr).toContain("    stream did not contain valid UTF-8\n");
  });

  it("shows the calls on the way to an error, and marks a call over several lines", async () => {
    const text = 'def f(x):\n  prefix_rule(\n    pattern=[x],\n    decision="zz",\n  )\n\nf("a")\n';
    const options = { files: ["p.rules"], args: ["ls"], pretty: false, resolveHostExecutables: false };
    const { stderr } = await runExecpolicyCheck(options, io({ "p.rules": text }));
    expect(stderr.split("\n").slice(3)).toEqual([
      "    starlark error: Traceback (most recent call last):",
      "      * p.rules:7, in <module>",
      '          f("a")',
      "      * p.rules:2, in f",
      "          prefix_rule(",
      "    error: invalid decision: zz",
      "     --> p.rules:2:3",
      "      |",
      "    2 | /   prefix_rule(",
      "    5 | |   )",
      "      | |_^",
      "      |",
      "",
      "",
    ]);
  });
});

/** The decision of a source about a command, or the place and message of its error. */
function outcome(text: string, args: string[]): string | null {
  try {
    return parsePolicy([{ path: "p.rules", text }], { lookup }).evaluate([args]).decision;
  } catch (error) {
    if (!(error instanceof ExecPolicyError)) throw error;
    const start = error.location?.start;
    return `${start?.line}:${start?.column} ${error.message.split(", expected one of")[0]}`;
  }
}

describe("rules sources", () => {
  it.each(vectors<[string, string[], string | null][]>("sources"))("%j decides about %j", (text, args, expected) => {
    expect(outcome(text, args)).toBe(expected);
  });

  it("make one match for each of two equal alternatives", () => {
    const policy = parsePolicy([{ path: "p.rules", text: 'prefix_rule(pattern=[["a","a"]])' }]);
    expect(policy.match(["a"])).toHaveLength(2);
  });
});

describe("the rules language", () => {
  const recorded = vectors<[string, string][]>("language");
  const size = 20;
  const parts = Array.from({ length: Math.ceil(recorded.length / size) }, (_, part) => part * size);
  it.each(parts)("gives the recorded outcome of twenty programs, from number %i", first => {
    const different = recorded.slice(first, first + size).filter(([text, expected]) => {
      const found = outcome(text, ["a"]);
      return expected.startsWith("[") ? found?.includes(":") === true : found !== expected;
    });
    expect(different).toEqual([]);
  });
});

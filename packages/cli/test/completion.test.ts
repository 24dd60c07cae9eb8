import { execFileSync, spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { completionScript, SHELLS } from "../src/completion/scripts.ts";
import { completionTree } from "../src/completion/tree.ts";
import { createProgram } from "../src/main.ts";
import { Bench } from "./support/cli.ts";

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});
afterEach(async () => await bench.close());

const io = {
  env: {},
  cwd: "/",
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
};
const tree = completionTree(createProgram(io, () => {}));

const has = (shell: string) => spawnSync(shell, ["--version"]).status === 0;

/** What bash offers after these words. */
function inBash(...typed: string[]): string[] {
  const file = path.join(bench.root, "completion.bash");
  writeFileSync(file, completionScript("bash", tree));
  const words = typed.map(word => `'${word}'`).join(" ");
  const script = `source ${file}; COMP_WORDS=(${words}); COMP_CWORD=${typed.length - 1}; _codex_ts_complete; printf '%s\\n' "\${COMPREPLY[@]}"`;
  return execFileSync("bash", ["--norc", "-c", script], { encoding: "utf8", cwd: bench.work }).trimEnd().split("\n");
}

describe("completion", () => {
  it("of commands, their aliases, options and values in bash", () => {
    expect(inBash("codex-ts", "app")).toEqual(["app-server", "apply"]);
    expect(inBash("codex-ts", "app-server", "pro")).toEqual(["proxy"]);
    expect(inBash("codex-ts", "app-server", "--ws-au")).toEqual(["--ws-auth", "--ws-audience"]);
    expect(inBash("codex-ts", "e", "res")).toEqual(["resume"]);
    expect(inBash("codex-ts", "exec", "--color", "")).toEqual(["always", "never", "auto"]);
    expect(inBash("codex-ts", "-c", "a=b", "completion", "po")).toEqual(["powershell"]);
    expect(inBash("codex-ts", "app-server", "generate-i")).toEqual([""]);
  });

  it("of files where a file is wanted, or nothing else fits", () => {
    writeFileSync(path.join(bench.work, "schema.json"), "");
    expect(inBash("codex-ts", "exec", "--output-schema", "sch")).toEqual(["schema.json"]);
    expect(inBash("codex-ts", "exec", "sch")).toEqual(["schema.json"]);
  });

  it.skipIf(!has("zsh"))("is accepted by zsh, which offers the same words", () => {
    const file = path.join(bench.root, "_codex-ts");
    writeFileSync(file, completionScript("zsh", tree));
    execFileSync("zsh", ["-f", "-n", file]);
    const script = `compdef() { }; _describe() { print -l -- $entries }; source ${file}
words=(codex-ts app-server ''); CURRENT=3; _codex_ts_complete`;
    const offered = execFileSync("zsh", ["-f", "-c", script], { encoding: "utf8" });
    expect(offered).toMatch(/^proxy:copy bytes/m);
    expect(offered).toMatch(/^--listen:/m);
  });

  it.each(SHELLS)("names every visible command for %s, and no hidden one", shell => {
    const script = completionScript(shell, tree);
    for (const word of ["app-server", "proxy", "resume", "--output-schema", "doctor"])
      expect(script).toContain(word.replace(/^--/, shell === "fish" ? "" : "--"));
    expect(script).not.toContain("generate-internal-json-schema");
    expect(script).not.toContain("experimental-json");
  });

  it("is printed by the program, for bash unless it is told otherwise", async () => {
    const bash = await bench.run(["completion"]);
    expect(bash).toMatchObject({ code: 0, stderr: "" });
    expect(bash.stdout).toContain("complete -o nosort");
    expect((await bench.run(["completion", "fish"])).stdout).toContain("complete -c codex-ts");
    const wrong = await bench.run(["completion", "tcsh"]);
    expect(wrong.code).toBe(2);
    for (const shell of SHELLS) expect(wrong.stderr).toContain(shell);
  });
});

import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { helpText } from "../src/help.ts";
import type { CommandIo } from "../src/io.ts";
import { createProgram } from "../src/main.ts";
import { program } from "./support/cli.ts";

const io = { env: {}, cwd: "/", stdin: process.stdin, stdout: {}, stderr: {} } as unknown as CommandIo;

describe("help", () => {
  it("of the thin entry is what the command tree says (UPDATE_HELP=1 writes it)", () => {
    const text = createProgram(io, () => {}).helpInformation();
    if (process.env["UPDATE_HELP"]) {
      const source = `/** What \`--help\` prints, ready-made so that it needs no code; a test compares it with the command tree. */\nexport const helpText = \`${text.replaceAll("\\", "\\\\").replaceAll("`", "\\`").replaceAll("${", "\\${")}\`;\n`;
      writeFileSync(path.resolve(import.meta.dirname, "../src/help.ts"), source);
    }
    expect(helpText).toBe(text);
  });

  it("fits into 80 columns", () => {
    expect(helpText.split("\n").filter(line => line.length > 80)).toEqual([]);
  });

  it("V1: and version are printed by the built program", () => {
    const run = (...args: string[]) => execFileSync(process.execPath, [program, ...args], { encoding: "utf8" });
    expect(run("--help")).toBe(helpText);
    expect(run("--version")).toMatch(/^codex-cli 0\.125\.0 \(codex-ts \d+\.\d+\.\d+\)\n$/);
    expect(run("exec", "--help")).toContain("Usage: codex-ts exec");
  });
});

import type { SandboxPolicy, ServerNotification, ThreadItem } from "@codex-ts/protocol";
import { describe, expect, it } from "vitest";
import { sandboxText } from "../src/exec/header.ts";
import { durationText, type HumanOptions, HumanOutput } from "../src/exec/human.ts";
import { withSeparators } from "../src/exec/usage.ts";
import { createStyle, wantsColor } from "../src/style.ts";

const human = () => new HumanOutput(createStyle(false));
const diff = (text: string): ServerNotification => ({
  method: "turn/diff/updated",
  params: { threadId: "t", turnId: "u", diff: text },
});
const command = (output: string): ThreadItem => ({
  type: "commandExecution",
  id: "c",
  command: "ls",
  cwd: "/w",
  processId: null,
  source: "agent",
  status: "completed",
  commandActions: [],
  aggregatedOutput: output,
  exitCode: 0,
  durationMs: 4,
});

describe("the story of a run", () => {
  it("shows each state of the turn's diff once", () => {
    const output = human();
    expect(output.next(diff("--- a\n+++ b\n"))).toBe("--- a\n+++ b\n");
    expect(output.next(diff("--- a\n+++ b\n"))).toBe("");
    expect(output.next(diff("--- a\n+++ c\n"))).toBe("--- a\n+++ c\n");
  });

  it("shows reasoning as the configuration wants it", () => {
    const item: ThreadItem = { type: "reasoning", id: "r", summary: ["short"], content: ["long"] };
    const shown = (options: HumanOptions) =>
      new HumanOutput(createStyle(false), options).next({
        method: "item/completed",
        params: { threadId: "t", turnId: "u", item },
      });
    expect(shown({})).toBe("short\n");
    expect(shown({ rawReasoning: true })).toBe("long\n");
    expect(shown({ reasoning: false })).toBe("");
  });

  it("puts what to do about a deprecation on a line of its own", () => {
    const text = human().next({ method: "deprecationNotice", params: { summary: "old", details: "use new" } });
    expect(text).toBe("deprecated: old\nuse new\n");
  });

  it("shows the plan with a mark for each step", () => {
    const text = human().next({
      method: "turn/plan/updated",
      params: {
        threadId: "t",
        turnId: "u",
        explanation: "why",
        plan: [
          { step: "a", status: "completed" },
          { step: "b", status: "inProgress" },
          { step: "c", status: "pending" },
        ],
      },
    });
    expect(text).toBe("why\n  ✓ a\n  → b\n  • c\n");
  });

  it("shortens long output in the middle and says by how much", () => {
    const lines = Array.from({ length: 2000 }, (_, index) => `line ${index}`).join("\n");
    const text = human().next({
      method: "item/completed",
      params: { threadId: "t", turnId: "u", item: command(lines) },
    });
    expect(text.split("\n").length).toBeLessThan(70);
    expect(text).toContain("line 0\n");
    expect(text).toContain("… 1,940 more lines …");
    expect(text).toContain("line 1999\n");
  });

  it("shortens long lines too", () => {
    const text = human().next({
      method: "item/completed",
      params: { threadId: "t", turnId: "u", item: command("x".repeat(1_000_000)) },
    });
    expect(text.length).toBeLessThan(2200);
    expect(text).toContain("… 998,000 more characters");
  });

  it("colours only when it may", () => {
    expect(wantsColor("auto", { isTTY: true }, {})).toBe(true);
    expect(wantsColor("auto", { isTTY: true }, { NO_COLOR: "1" })).toBe(false);
    expect(wantsColor("auto", { isTTY: true }, { TERM: "dumb" })).toBe(false);
    expect(wantsColor("auto", {}, {})).toBe(false);
    expect(wantsColor("always", {}, { NO_COLOR: "1" })).toBe(true);
    expect(createStyle(true).red("x")).toBe("\u001b[31mx\u001b[39m");
  });
});

describe("words of the header", () => {
  const workspace: SandboxPolicy = {
    type: "workspaceWrite",
    writableRoots: ["/w", "/extra"],
    networkAccess: false,
    excludeTmpdirEnvVar: false,
    excludeSlashTmp: false,
  } as unknown as SandboxPolicy;
  const cases: [SandboxPolicy, string][] = [
    [{ type: "dangerFullAccess" }, "danger-full-access"],
    [{ type: "readOnly", networkAccess: true } as unknown as SandboxPolicy, "read-only (network access enabled)"],
    [{ type: "externalSandbox", networkAccess: "enabled" }, "external-sandbox (network access enabled)"],
    [workspace, "workspace-write [workdir, /tmp, $TMPDIR, /extra]"],
    [
      { ...workspace, excludeSlashTmp: true, networkAccess: true } as SandboxPolicy,
      "workspace-write [workdir, $TMPDIR, /extra] (network access enabled)",
    ],
  ];
  for (const [policy, text] of cases) {
    it(`say ${text}`, () => {
      expect(sandboxText(policy, "/w")).toBe(text);
    });
  }
  it("group digits and pick units", () => {
    expect([withSeparators(13), withSeparators(1234567)]).toEqual(["13", "1,234,567"]);
    expect([durationText(4.2), durationText(1260), durationText(125_000)]).toEqual(["4ms", "1.26s", "2m 05s"]);
  });
});

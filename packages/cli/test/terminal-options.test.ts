import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Bench } from "./support/cli.ts";
import { runHere } from "./support/in-process.ts";

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
  bench.config("");
});
afterEach(async () => await bench.close());

describe("options of the terminal interface", () => {
  it.each([
    [
      ["--remote", "ws://x:1", "exec", "hi"],
      "Error: `--remote ws://x:1` is only supported for interactive TUI commands, not `codex exec`\n",
    ],
    [
      ["--remote-auth-token-env", "TOKEN", "features", "list"],
      "Error: `--remote-auth-token-env` is only supported for interactive TUI commands, not `codex features list`\n",
    ],
    [
      ["--remote", "wss://h:2", "--remote-auth-token-env", "TOKEN", "mcp", "list"],
      "Error: `--remote wss://h:2` is only supported for interactive TUI commands, not `codex mcp`\n",
    ],
  ])("are refused where they mean nothing: %j", async (args, stderr) => {
    expect(await runHere(bench, args)).toEqual({ code: 1, stdout: "", stderr });
  });

  it("may stand before a command that has no use for them, with a value that is one", async () => {
    expect(await runHere(bench, ["-a", "never", "--no-alt-screen", "completion", "bash"])).toMatchObject({ code: 0 });
    expect(await runHere(bench, ["-a", "sometimes", "completion"])).toMatchObject({ code: 2, stdout: "" });
    expect(await runHere(bench, ["exec", "-a", "never", "hi"])).toMatchObject({ code: 2, stdout: "" });
  });
});

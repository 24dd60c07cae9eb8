import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { main } from "../src/main.ts";

async function run(...argv: string[]): Promise<{ code: number; stderr: string }> {
  let stderr = "";
  const err = new PassThrough();
  err.on("data", chunk => (stderr += chunk));
  const io = {
    env: { CODEX_HOME: "/nowhere", SET: "token" },
    cwd: "/",
    stdin: new PassThrough(),
    stdout: new PassThrough(),
    stderr: err,
  };
  const code = await main(argv, io as never);
  return { code, stderr };
}

const only = (flag: string, command: string) =>
  `Error: \`${flag}\` is only supported for interactive TUI commands, not \`${command}\`\n`;

describe("a remote server", () => {
  it.each([
    ["V28", ["--remote", "ws://x:1", "exec", "hi"], only("--remote ws://x:1", "codex exec")],
    ["written as one word", ["--remote=ws://x:1", "mcp", "list"], only("--remote ws://x:1", "codex mcp")],
    ["a group", ["--remote", "ws://x:1", "features", "list"], only("--remote ws://x:1", "codex features list")],
    [
      "a token's variable",
      ["--remote-auth-token-env", "T", "features", "list"],
      only("--remote-auth-token-env", "codex features list"),
    ],
    ["a login", ["--remote", "ws://x:1", "login", "status"], only("--remote ws://x:1", "codex login")],
    ["a variable alone", ["--remote-auth-token-env", "T"], "ERROR: `--remote-auth-token-env` requires `--remote`.\n"],
    [
      "another kind",
      ["--remote", "http://x"],
      "Error: invalid remote address `http://x`; expected `ws://host:port` or `wss://host:port`\n",
    ],
    [
      "no port",
      ["--remote", "wss://x"],
      "Error: invalid remote address `wss://x`; expected `ws://host:port` or `wss://host:port`\n",
    ],
    [
      "a variable without a value",
      ["--remote", "ws://x:1", "--remote-auth-token-env", "UNSET"],
      "Error: environment variable `UNSET` is not set\n",
    ],
  ])("%s: %j is refused", async (_name, argv, text) => {
    expect(await run(...argv)).toEqual({ code: 1, stderr: text });
  });

  it("is no flag of a command itself", async () => {
    const { code, stderr } = await run("exec", "--remote", "ws://x:1", "hi");
    expect(code).toBe(2);
    expect(stderr).toContain("--remote");
  });

  it.each(["ws://x:1", "wss://[::1]:65535"])("at %s is not what stands in the way", async address => {
    const { stderr } = await run("--remote", address, "--remote-auth-token-env", "SET");
    expect(stderr).toContain("no interactive terminal interface");
  });
});

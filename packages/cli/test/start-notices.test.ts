import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Bench, finished } from "./support/cli.ts";

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});
afterEach(async () => await bench.close());

interface Message {
  id?: number;
  method?: string;
  result?: Record<string, unknown>;
  params?: { summary?: string; message?: string };
}

/** What an app-server says up to the answer of `thread/list`, which is asked when `thread/start` was answered and told. */
async function heard(params: object, last: string): Promise<{ answer: Message["result"]; notices: string[] }> {
  const child = bench.start(["app-server"]);
  const done = finished(child);
  const send = (message: object) => child.stdin.write(`${JSON.stringify(message)}\n`);
  send({ id: 1, method: "initialize", params: { clientInfo: { name: "t", title: null, version: "1" } } });
  const notices: string[] = [];
  let answer: Message["result"];
  for await (const line of createInterface({ input: child.stdout })) {
    const { id, method, result, params: told } = JSON.parse(line) as Message;
    if (id === 1) send({ id: 2, method: "thread/start", params });
    if (id === 2) answer = result;
    if (method === "thread/started") notices.push(method);
    const text = told?.summary ?? told?.message;
    if (text !== undefined) notices.push(`${method} ${text.split("\n")[0]}`);
    if (answer !== undefined && notices.at(-1)?.startsWith(last) === true) break;
  }
  child.stdin.end();
  await done;
  return { answer, notices };
}

describe("a client hears about settings", () => {
  it("after its handshake, and again with each thread: deprecations, then warnings", { timeout: 120_000 }, async () => {
    bench.config(`approval_policy = "on-failure"
experimental_instructions_file = "x"
[agents.bad]
description = " "
[features]
collab = true
artifact = true
`);
    mkdirSync(path.join(bench.work, ".codex"));
    const { notices } = await heard({}, "warning `on-failure`");
    const role = "Ignoring malformed agent role definition: agents.bad.description cannot be blank";
    expect(notices).toEqual([
      "configWarning Project-local config, hooks, and exec policies are disabled in the following folders until the project is trusted, but skills still load.",
      `configWarning ${role}`,
      "thread/started",
      "deprecationNotice `[features].collab` is deprecated. Use `[features].multi_agent` instead.",
      "deprecationNotice `experimental_instructions_file` is deprecated and ignored. Use `model_instructions_file` instead.",
      `warning ${role}`,
      expect.stringContaining("warning Under-development features enabled: artifact."),
      expect.stringContaining("warning `on-failure` approval policy is deprecated"),
    ]);
  });

  it("in `exec --json` once", { timeout: 120_000 }, async () => {
    await bench.model(["hi"], '[agents.bad]\ndescription = " "\n[features]\ncollab = true\nartifact = true\n');
    const { stdout } = await bench.exec(["--json", "hello"]);
    const items = stdout
      .trim()
      .split("\n")
      .map(line => JSON.parse(line) as { item?: { type: string; message: string } })
      .flatMap(({ item }) => (item?.type === "error" ? [item.message] : []));
    expect(items).toEqual([
      "Ignoring malformed agent role definition: agents.bad.description cannot be blank",
      expect.stringContaining(
        "`[features].collab` is deprecated. Use `[features].multi_agent` instead. (Enable it with",
      ),
    ]);
  });
});

describe("a thread that may write", () => {
  it("trusts its folder and uses the project's model", { timeout: 120_000 }, async () => {
    mkdirSync(path.join(bench.work, ".codex"));
    writeFileSync(path.join(bench.work, ".codex/config.toml"), 'model = "project-model"\n');
    bench.config("");
    const { answer } = await heard({ cwd: bench.work, sandbox: "workspace-write" }, "thread/started");
    expect(answer).toMatchObject({ model: "project-model" });
    expect(readFileSync(path.join(bench.home, "config.toml"), "utf8")).toBe(
      `[projects."${bench.work}"]\ntrust_level = "trusted"\n`,
    );
  });

  it("asks for everything where the folder is marked untrusted", { timeout: 120_000 }, async () => {
    bench.config(`[projects."${bench.work}"]\ntrust_level = "untrusted"\n`);
    const { answer } = await heard({ cwd: bench.work }, "thread/started");
    expect(answer).toMatchObject({ approvalPolicy: "untrusted", sandbox: { type: "workspaceWrite" } });
  });
});

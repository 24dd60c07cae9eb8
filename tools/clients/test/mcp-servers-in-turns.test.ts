import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import { type ModelServer, type Script, startModelServer } from "@codex-ts-tools/model-server";
import { afterEach, beforeEach, describe, expect, it, type TestContext } from "vitest";
import { publishedServer } from "../src/published-server.ts";

const run = promisify(execFile);
const program = path.resolve(import.meta.dirname, "../../../packages/cli/dist/codex-ts.js");

let root = "";
let model: ModelServer | undefined;
beforeEach(() => {
  root = realpathSync(mkdtempSync(path.join(tmpdir(), "codex-ts-turns-")));
  mkdirSync(path.join(root, "home"));
  mkdirSync(path.join(root, "work"));
});
afterEach(async () => {
  await model?.close();
  rmSync(root, { recursive: true, force: true });
});

interface ToolCall {
  tool: string;
  arguments?: object;
}
interface CallItem {
  type: string;
  server: string;
  tool: string;
  status: string;
  result: { content: unknown[] } | null;
  error: unknown;
}

/** One turn of the whole program in which the model calls tools of a published server, all of them in one answer. */
async function turn(
  context: TestContext,
  server: string,
  args: string[],
  calls: readonly ToolCall[],
  env: Record<string, string> = {},
) {
  const published = await publishedServer(server);
  if ("unavailable" in published) return context.skip(published.unavailable);
  const items = calls.map(({ tool, arguments: given = {} }, index) => ({
    type: "function_call",
    namespace: `mcp__${server}__`,
    name: tool,
    arguments: JSON.stringify(given),
    call_id: `c${index}`,
  }));
  model = await startModelServer([{ items }, { text: "done" }] as unknown as Script);
  const text = (values: readonly string[]) => values.map(value => JSON.stringify(value)).join(", ");
  const variables = Object.entries(env).map(([name, value]) => `${name} = ${JSON.stringify(value)}`);
  writeFileSync(
    path.join(root, "home/config.toml"),
    `model = "gpt-5.2"
model_provider = "mock"
approval_policy = "never"
sandbox_mode = "danger-full-access"
[model_providers.mock]
name = "mock"
base_url = "${model.baseUrl}"
[mcp_servers.${server}]
command = ${JSON.stringify(process.execPath)}
args = [${text([published.program, ...args])}]
startup_timeout_sec = 60
env = { ${variables.join(", ")} }
`,
  );
  const running = run(
    process.execPath,
    [program, "exec", "--json", "--skip-git-repo-check", "-C", path.join(root, "work"), "go"],
    { env: { PATH: process.env["PATH"] ?? "", HOME: root, CODEX_HOME: path.join(root, "home") } },
  );
  running.child.stdin?.end();
  const { stdout } = await running;
  const events = stdout
    .trim()
    .split("\n")
    .map(line => JSON.parse(line) as { type: string; item?: CallItem });
  const done = events.flatMap(({ type, item }) =>
    type === "item.completed" && item?.type === "mcp_tool_call" ? [item] : [],
  );
  const body = model.requests.at(-1)!.body as { input: { type: string; call_id: string; output: unknown }[] };
  const outputs = Object.fromEntries(
    body.input
      .filter(({ type }) => type === "function_call_output")
      .map(({ call_id, output }) => [call_id, JSON.stringify(output)]),
  );
  const first = model.requests[0]!.body as { tools: { type: string; name?: string; tools?: { name: string }[] }[] };
  const shown = first.tools.find(({ name }) => name === `mcp__${server}__`)?.tools?.map(({ name }) => name) ?? [];
  return { done: done.map(({ tool, status }) => `${tool} ${status}`), outputs, shown };
}

describe("published MCP servers in a turn", { timeout: 300_000 }, () => {
  it("everything: texts, sums, pictures, structures and links reach the model", async context => {
    const { done, outputs, shown } = await turn(
      context,
      "everything",
      [],
      [
        { tool: "echo", arguments: { message: "hello there" } },
        { tool: "get_sum", arguments: { a: 19, b: 23 } },
        { tool: "get_tiny_image" },
        { tool: "get_structured_content", arguments: { location: "New York" } },
        { tool: "get_resource_links", arguments: { count: 2 } },
      ],
    );
    expect(shown).toEqual(expect.arrayContaining(["echo", "get_sum", "get_tiny_image"]));
    expect(done.sort()).toEqual([
      "echo completed",
      "get-resource-links completed",
      "get-structured-content completed",
      "get-sum completed",
      "get-tiny-image completed",
    ]);
    expect(outputs["c0"]).toContain("hello there");
    expect(outputs["c1"]).toContain("42");
    expect(outputs["c2"]).toContain('"type":"input_image","image_url":"data:image/png;base64,');
    expect(outputs["c3"]).toContain("temperature");
    expect(outputs["c4"]).toContain("resource_link");
  });

  it("filesystem: what the model writes is there, and what lies outside stays closed", async context => {
    const folder = path.join(root, "work");
    writeFileSync(path.join(folder, "a.txt"), "from before");
    const { done, outputs } = await turn(
      context,
      "filesystem",
      [folder],
      [
        { tool: "read_text_file", arguments: { path: path.join(folder, "a.txt") } },
        { tool: "write_file", arguments: { path: path.join(folder, "b.txt"), content: "made by a turn" } },
        { tool: "read_text_file", arguments: { path: path.join(root, "home/config.toml") } },
      ],
    );
    expect(done.sort()).toEqual(["read_text_file completed", "read_text_file failed", "write_file completed"]);
    expect(outputs["c0"]).toContain("from before");
    expect(outputs["c2"]).not.toContain("model_provider");
    expect(readFileSync(path.join(folder, "b.txt"), "utf8")).toBe("made by a turn");
  });

  it("memory: what the model tells is found again in the same turn", async context => {
    const { done, outputs } = await turn(
      context,
      "memory",
      [],
      [
        {
          tool: "create_entities",
          arguments: { entities: [{ name: "Ada", entityType: "person", observations: ["wrote programs"] }] },
        },
        { tool: "search_nodes", arguments: { query: "Ada" } },
      ],
      { MEMORY_FILE_PATH: path.join(root, "memory.jsonl") },
    );
    expect(done).toEqual(["create_entities completed", "search_nodes completed"]);
    expect(outputs["c1"]).toContain("wrote programs");
  });
});

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { PermissionProfile, SandboxPolicy } from "@codex-ts/permissions";
import { afterEach, expect, test } from "vitest";
import { openWorld, type World } from "./harness.ts";

let world: World;
afterEach(() => world.close());

const OK = { text: "ok" };

interface Body {
  instructions: string;
  input: { type: string; role?: string; content?: { type: string; text?: string }[] }[];
  tools: { name?: string; type: string }[];
  [more: string]: unknown;
}

function body(n: number): Body {
  return world.server.requests[n]!.body as unknown as Body;
}

/** The messages of a request: role and texts, with folders and dates replaced. */
function messages(n: number): [string | undefined, ...string[]][] {
  return body(n).input.map(({ role, content }) => [
    role,
    ...(content ?? []).map(({ text, type }) =>
      (text ?? type)
        .replaceAll(world.cwd, "<cwd>")
        .replace(/<current_date>.*<\/current_date>/, "<current_date>DATE</current_date>"),
    ),
  ]);
}

const ENVIRONMENT =
  "<environment_context>\n  <cwd><cwd></cwd>\n  <shell>bash</shell>\n  <current_date>DATE</current_date>\n  <timezone>Etc/UTC</timezone>\n</environment_context>";
const PERMISSIONS = expect.stringMatching(/^<permissions instructions>\n.*\n<\/permissions instructions>$/s);

test("the first request tells permissions, instructions and surroundings before the prompt (core V1, V5)", async () => {
  world = await openWorld([OK], { config: 'developer_instructions = "DEVI"', agentsMd: "GLOBAL DOC" });
  await writeFile(join(world.cwd, "AGENTS.md"), "PROJ DOC");
  const listening = await world.start();
  await listening.turn("1");
  expect(messages(0)).toEqual([
    ["developer", PERMISSIONS, "DEVI"],
    [
      "user",
      "# AGENTS.md instructions for <cwd>\n\n<INSTRUCTIONS>\nGLOBAL DOC\n\n--- project-doc ---\n\nPROJ DOC\n</INSTRUCTIONS>",
      ENVIRONMENT,
    ],
    ["user", "1"],
  ]);
});

test("a turn without changes adds nothing but its prompt", async () => {
  world = await openWorld([OK, OK]);
  const listening = await world.start();
  await listening.turn("1");
  await listening.turn("2");
  expect(messages(1).slice(2)).toEqual([
    ["user", "1"],
    ["assistant", "ok"],
    ["user", "2"],
  ]);
});

test("a turn elsewhere with another model tells what changed, and the instructions stay (core V2)", async () => {
  world = await openWorld([OK, OK]);
  await mkdir(join(world.cwd, "sub"));
  const listening = await world.start();
  await listening.turn("1");
  await listening.turn("2", { overrides: { cwd: join(world.cwd, "sub"), model: "gpt-5.4", effort: "low" } });
  expect(messages(1).slice(-3)).toEqual([
    ["developer", expect.stringMatching(/^<model_switch>\n.*<\/model_switch>$/s)],
    ["user", ENVIRONMENT.replace("<cwd><cwd>", "<cwd><cwd>/sub")],
    ["user", "2"],
  ]);
  expect(body(1)).toMatchObject({ model: "gpt-5.4", reasoning: { effort: "low" }, text: { verbosity: "low" } });
  expect(body(1).instructions).toBe(body(0).instructions);
});

test("a changed approval policy is told", async () => {
  world = await openWorld([OK, OK]);
  const listening = await world.start();
  await listening.turn("1");
  await listening.turn("2", { overrides: { approvalPolicy: "never" } });
  expect(messages(1).slice(-2)).toEqual([
    ["developer", expect.stringContaining("`never`")],
    ["user", "2"],
  ]);
});

test("an output schema holds for one turn (core V3)", async () => {
  world = await openWorld([OK, OK]);
  const listening = await world.start();
  const schema = { type: "object", properties: {} };
  await listening.turn("1", { outputSchema: schema });
  await listening.turn("2");
  expect(body(0)["text"]).toEqual({
    verbosity: "low",
    format: { type: "json_schema", strict: true, schema, name: "codex_output_schema" },
  });
  expect(body(1)["text"]).toEqual({ verbosity: "low" });
});

test("a plain request has the members of the wire, in order (core V4)", async () => {
  world = await openWorld([OK]);
  const listening = await world.start();
  await listening.turn("1");
  const { instructions: _instructions, input: _input, tools, ...rest } = body(0);
  expect(Object.keys(body(0))).toEqual([
    "model",
    "instructions",
    "input",
    "tools",
    "tool_choice",
    "parallel_tool_calls",
    "reasoning",
    "store",
    "stream",
    "include",
    "prompt_cache_key",
    "text",
    "client_metadata",
  ]);
  expect(rest).toEqual({
    model: "gpt-5.2",
    tool_choice: "auto",
    parallel_tool_calls: true,
    reasoning: { effort: "medium", summary: "auto" },
    store: false,
    stream: true,
    include: ["reasoning.encrypted_content"],
    prompt_cache_key: listening.thread.id,
    text: { verbosity: "low" },
    client_metadata: { "x-codex-installation-id": expect.any(String) },
  });
  expect(tools.map(({ name, type }) => name ?? type)).toEqual([
    "exec_command",
    "write_stdin",
    "update_plan",
    "request_user_input",
    "apply_patch",
    "web_search",
    "view_image",
  ]);
});

test("without unified exec the model gets shell_command (core V4)", async () => {
  world = await openWorld([OK], { config: "[features]\nunified_exec = false" });
  const listening = await world.start();
  await listening.turn("1");
  expect(body(0).tools[0]?.name).toBe("shell_command");
});

test("the whole first request stays as it is", async () => {
  world = await openWorld([OK]);
  const listening = await world.start();
  await listening.turn("hello");
  const text = JSON.stringify({ ...body(0), instructions: "…" }, null, 2)
    .replaceAll(world.cwd, "<cwd>")
    .replaceAll(listening.thread.id, "<thread>")
    .replace(/<current_date>[\d-]+/, "<current_date>DATE")
    .replace(/("x-codex-installation-id": )"[^"]+"/, '$1"<id>"');
  await expect(text).toMatchFileSnapshot("snapshots/first-request.txt");
});

test("images stand between their tags, and a file that is none is told about", async () => {
  world = await openWorld([OK]);
  const pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
  const png = Buffer.from(pixel, "base64");
  await writeFile(join(world.cwd, "a.png"), png);
  await writeFile(join(world.cwd, "b.png"), "text");
  const listening = await world.start();
  await listening.turn("look", {
    input: [
      { type: "text", text: "look", text_elements: [] },
      { type: "image", url: "https://example.com/x.png" },
      { type: "localImage", path: "a.png" },
      { type: "localImage", path: "b.png" },
      { type: "localImage", path: "none.png" },
    ],
  });
  const parts = body(0).input.at(-1)!.content!;
  expect(parts.map(part => part.text ?? JSON.stringify(part))).toEqual([
    "look",
    "<image>",
    '{"type":"input_image","image_url":"https://example.com/x.png","detail":"high"}',
    "</image>",
    "<image name=[Image #2]>",
    `{"type":"input_image","image_url":"data:image/png;base64,${png.toString("base64")}","detail":"high"}`,
    "</image>",
    expect.stringContaining("b.png` could not be attached: unsupported image `image/png`"),
    expect.stringContaining("none.png` could not be attached: No such file or directory (os error 2)"),
  ]);
});

test("a model without eyes is told that images were left out", async () => {
  const models = [{ ...(await blindModel()), slug: "blind" }];
  world = await openWorld([OK], { model: "blind", runtime: { models } });
  const listening = await world.start();
  await listening.turn("look", { input: [{ type: "image", url: "https://example.com/x.png" }] });
  expect(messages(0).at(-1)).toEqual([
    "user",
    "<image>",
    "image content omitted because you do not support image input",
    "</image>",
  ]);
});

async function blindModel() {
  const { fallbackModel } = await import("@codex-ts/model-provider");
  return { ...fallbackModel("blind"), input_modalities: ["text" as const] };
}

test("turn metadata says who asks, and keeps the client's own pairs", async () => {
  world = await openWorld([OK]);
  const listening = await world.start();
  await listening.turn("1", { clientMetadata: { turn_id: "mine", lang: "dé" } });
  const header = String(world.server.requests[0]!.headers["x-codex-turn-metadata"]);
  expect(header).toMatch(/^[\x20-\x7e]*$/);
  expect(JSON.parse(header)).toEqual({
    session_id: listening.thread.id,
    thread_source: "user",
    turn_id: expect.not.stringMatching("mine"),
    sandbox: "seccomp",
    lang: "dé",
  });
});

test("plan mode is explained when it begins, in the client's words if it has some", async () => {
  world = await openWorld([OK, OK, OK, OK]);
  const listening = await world.start();
  await listening.turn("1");
  await listening.turn("2", { overrides: { collaborationMode: "plan" } });
  await listening.turn("3", { overrides: { collaborationMode: "default", collaborationInstructions: "MINE" } });
  expect(messages(1).at(-2)).toEqual([
    "developer",
    expect.stringMatching(/^<collaboration_mode>You are in plan mode.*<\/collaboration_mode>$/s),
  ]);
  expect(messages(2).at(-2)).toEqual(["developer", "<collaboration_mode>MINE</collaboration_mode>"]);
  await listening.turn("4", { overrides: { collaborationMode: "default" } });
  expect(messages(3).at(-2)).toEqual([
    "developer",
    expect.stringMatching(/^<collaboration_mode>You are in the default mode.*<\/collaboration_mode>$/s),
  ]);
});

test("a session file holds the words in which permissions were asked for, as long as they are the ones in force", async () => {
  world = await openWorld([OK, OK, OK]);
  const listening = await world.start();
  const root = { path: { type: "special", value: { kind: "root" } }, access: "read" } as const;
  const secret = { path: { type: "path", path: "/o/key" }, access: "none" } as const;
  const permissions: PermissionProfile = {
    type: "managed",
    file_system: { type: "restricted", entries: [root, secret] },
    network: "restricted",
  };
  const askedPolicy: SandboxPolicy = { type: "read-only", access: { type: "full-access" }, network_access: false };
  await listening.turn("asked", { overrides: { permissions, askedPolicy } });
  await listening.turn("still");
  await listening.turn("otherwise", { overrides: { permissions } });
  const lines = (await readFile(listening.thread.rolloutPath!, "utf8")).trimEnd().split("\n");
  const contexts = lines
    .map(line => JSON.parse(line) as { type: string; payload: { [name: string]: unknown } })
    .filter(({ type }) => type === "turn_context");
  const derived = { type: "restricted", include_platform_defaults: false, readable_roots: ["/"] };
  expect(contexts.map(({ payload }) => payload["sandbox_policy"])).toEqual([
    { type: "read-only" },
    { type: "read-only" },
    { type: "read-only", access: derived },
  ]);
  for (const { payload } of contexts) expect(JSON.stringify(payload["file_system_sandbox_policy"])).toContain("/o/key");
});

test("a search for tools that cannot be read is answered to nobody, right after the call", async () => {
  const search = { type: "tool_search_call", call_id: "c1", arguments: "bad" };
  world = await openWorld([{ items: [search] }, OK]);
  const listening = await world.start();
  await listening.turn("go");
  const lines = (await readFile(listening.thread.rolloutPath!, "utf8")).trimEnd().split("\n");
  const items = lines.map(
    line => JSON.parse(line) as { payload: { type?: string; call_id?: string; output?: string } },
  );
  const at = items.findIndex(({ payload }) => payload.type === "tool_search_call");
  expect(items[at + 1]?.payload).toMatchObject({ type: "function_call_output", call_id: "" });
  expect(items[at + 1]?.payload.output).toMatch(/^failed to parse tool_search arguments: invalid type: string "bad"/);
  expect(body(1).input.slice(-2)).toEqual([
    { type: "tool_search_call", call_id: "c1", status: "completed", execution: "client", arguments: "bad" },
    { type: "tool_search_output", call_id: "c1", status: "completed", execution: "client", tools: [] },
  ]);
});

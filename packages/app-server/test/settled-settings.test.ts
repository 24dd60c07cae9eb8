import { existsSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { type Json, World } from "./harness.ts";

const PROVIDER = '[model_providers.mock]\nname = "mock"\nbase_url = "http://127.0.0.1:9/v1"\n';

/** A world whose client asked for something before its settings became others. */
async function changed(before: string, after: string) {
  const world = await World.create({ script: ["hi"] });
  const file = path.join(world.home, "config.toml");
  writeFileSync(file, before);
  const client = await world.client();
  await client.call("getAuthStatus", {});
  writeFileSync(file, after);
  const ask = async (method: string, params: Json = {}): Promise<Json> => {
    const { result, error } = await client.request(method, params);
    return (result ?? error) as Json;
  };
  return { ask, file, world };
}

describe("settings that change while the server runs", () => {
  it("leave accounts and feedback as they were when the first client asked for something", async () => {
    const { ask } = await changed(
      `model_provider = "mock"\n${PROVIDER}`,
      'forced_login_method = "chatgpt"\n[feedback]\nenabled = false\n',
    );
    expect(await ask("account/read")).toEqual({ account: null, requiresOpenaiAuth: false });
    expect(await ask("getAuthStatus")).toMatchObject({ requiresOpenaiAuth: false });
    expect(await ask("account/login/start", { type: "apiKey", apiKey: "k" })).toEqual({ type: "apiKey" });
    expect(await ask("feedback/upload", { classification: "bug", includeLogs: false })).toHaveProperty("threadId");
  });

  it("leave the commands of clients what they may do", async () => {
    const { ask, world } = await changed("", 'sandbox_mode = "danger-full-access"\n');
    const file = path.join(world.workspace, "written");
    expect((await ask("command/exec", { command: ["touch", file] }))["exitCode"]).toBe(1);
    expect(existsSync(file)).toBe(false);
  });

  it("hold for threads that start, whose models are still those of the start", async () => {
    const { ask, file, world } = await changed("", "");
    const all = (await ask("model/list"))["data"] as Json[];
    writeFileSync(path.join(world.home, "models.json"), JSON.stringify({ models: [MODEL] }));
    writeFileSync(file, 'model_catalog_json = "models.json"\nreview_model = "x"\nsandbox_mode = "workspace-write"\n');
    expect((await ask("model/list"))["data"]).toEqual(all);
    const { model, sandbox } = await ask("thread/start", {});
    expect([model, sandbox.type]).toEqual([all[0]?.["id"], "workspaceWrite"]);
  });
});

const MODEL = {
  slug: "only",
  display_name: "Only",
  description: "d",
  default_reasoning_level: "medium",
  supported_reasoning_levels: [{ effort: "medium", description: "m" }],
  shell_type: "shell_command",
  visibility: "list",
  supported_in_api: true,
  priority: 1,
  upgrade: null,
  base_instructions: "b",
  supports_reasoning_summaries: true,
  support_verbosity: false,
  default_verbosity: null,
  apply_patch_tool_type: "freeform",
  truncation_policy: { mode: "bytes", limit: 10_000 },
  supports_parallel_tool_calls: true,
  context_window: 1000,
  experimental_supported_tools: [],
};

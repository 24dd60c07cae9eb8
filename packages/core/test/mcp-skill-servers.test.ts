import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { issuer, type IssuerOptions, startHttpServer, stdioServer } from "@codex-ts-tools/mcp-servers";
import type { Script } from "@codex-ts-tools/model-server";
import { afterEach, describe, expect, it, onTestFinished } from "vitest";
import type { RuntimeOptions } from "../src/index.ts";
import { isFirstPartyClient } from "../src/mcp/skill-servers.ts";
import { type Answerer, type Listening, openWorld, type World } from "./harness.ts";

let world: World;
afterEach(() => world.close());

interface Stage {
  config?: string;
  originator?: string;
  turns?: number;
  provider?: string;
  runtime?: Partial<RuntimeOptions>;
}

/** A thread whose skill `helper` needs what the lines say; `PROGRAM` in them is a server that works. */
async function start(
  needs: string,
  { config, originator = "codex_vscode", turns = 1, provider }: Stage = {},
): Promise<Listening> {
  world = await openWorld(Array.from({ length: turns }, () => ({ text: "hi" })) as unknown as Script, {
    config: `mcp_oauth_credentials_store = "file"\n${config ?? 'approval_policy = "on-request"\nsandbox_mode = "read-only"'}`,
    ...(provider === undefined ? {} : { provider }),
    runtime: { originator },
  });
  const folder = join(world.home, "skills", "helper");
  await mkdir(join(folder, "agents"), { recursive: true });
  await writeFile(join(folder, "SKILL.md"), "---\nname: helper\ndescription: Helps\n---\nBODY\n");
  const { command, args } = stdioServer({ tools: ["echo"] });
  const program = join(world.home, "server.sh");
  await writeFile(program, `#!/bin/sh\nexec ${[command, ...args].map(word => `'${word}'`).join(" ")}\n`);
  await chmod(program, 0o755);
  await writeFile(
    join(folder, "agents", "openai.yaml"),
    `dependencies:\n  tools:\n${needs.replaceAll("PROGRAM", program)}`,
  );
  return world.start();
}

const STDIO = "    - { type: mcp, value: dep, transport: stdio, command: PROGRAM }\n";

const choosing =
  (label: string): Answerer =>
  ({ params }) => {
    const [question] = (params as { questions: { id: string }[] }).questions;
    return { answers: { [question!.id]: { answers: [label] } } };
  };

const asked = (listening: Listening) => listening.events.filter(({ kind }) => kind === "request");
const configText = () => readFile(join(world.home, "config.toml"), "utf8");
const namespaces = (at: number) =>
  (world.server.requests[at]!.body as { tools: { type: string; name: string }[] }).tools
    .filter(({ type }) => type === "namespace")
    .map(({ name }) => name);

describe("a skill that needs a server", { timeout: 120_000 }, () => {
  it("has it installed and started within the turn that mentions it, when the person wants that", async () => {
    const listening = await start(STDIO, { turns: 2 });
    listening.answer = choosing("Install");
    const events = await listening.turn("please $helper");
    const [question] = asked(listening);
    const turnId = (events[0]!.params as { turn: { id: string } }).turn.id;
    expect(question?.params).toMatchObject({
      itemId: `mcp-deps-${turnId}`,
      questions: [
        {
          id: "skill_mcp_dependency_install",
          header: "Install MCP servers?",
          isOther: false,
          isSecret: false,
          options: [{ label: "Install" }, { label: "Continue anyway" }],
        },
      ],
    });
    expect(namespaces(0)).toEqual(["mcp__dep__"]);
    expect(await configText()).toContain(`[mcp_servers.dep]\ncommand = "${join(world.home, "server.sh")}"`);
    await listening.turn("again $helper");
    expect(asked(listening)).toHaveLength(1);
  });

  it.each<[string, Answerer]>([
    ["when the person goes on without", choosing("Continue anyway")],
    ["when the answer is none", () => ({ answers: {} })],
  ])("is offered once: %s", async (_what, answer) => {
    const listening = await start(STDIO, { turns: 2 });
    listening.answer = answer;
    await listening.turn("please $helper");
    await listening.turn("again $helper");
    expect(asked(listening)).toHaveLength(1);
    expect(await configText()).not.toContain("mcp_servers");
    expect(namespaces(1)).toEqual([]);
  });

  it.each<[string, Stage]>([
    ["clients of others", { originator: "somebody" }],
    [
      "where the feature is off",
      { config: 'sandbox_mode = "read-only"\n[features]\nskill_mcp_dependency_install = false' },
    ],
  ])("is not offered to %s", async (_what, stage) => {
    const listening = await start(STDIO, stage);
    await listening.turn("please $helper");
    expect(asked(listening)).toEqual([]);
  });

  it("is not asked about where nothing is asked", async () => {
    const listening = await start(STDIO, { config: 'approval_policy = "never"\nsandbox_mode = "danger-full-access"' });
    await listening.turn("please $helper");
    expect(asked(listening)).toEqual([]);
    expect(namespaces(0)).toEqual(["mcp__dep__"]);
  });

  it("leaves another server of that name alone", async () => {
    const listening = await start(STDIO, { provider: '[mcp_servers.dep]\ncommand = "/no/such"\n' });
    listening.answer = choosing("Install");
    await listening.turn("please $helper");
    expect(await configText()).toContain('[mcp_servers.dep]\ncommand = "/no/such"');
    expect(JSON.stringify(listening.events)).toContain("another server has that name");
  });

  it.each<[string, IssuerOptions, string[]]>([
    ["as it wants", { scopes: ["s1"] }, ["s1"]],
    [
      "once more without scopes when they are refused",
      { scopes: ["s1"], refuse: scope => (scope === "" ? null : "invalid_scope") },
      ["s1", ""],
    ],
  ])("is logged in to %s, by a page that the client shows", async (_what, options, scopes) => {
    const logins = issuer(options);
    const server = await startHttpServer({
      token: "nobody has this",
      tools: ["echo"],
      json: true,
      onRequest: logins.onRequest,
    });
    logins.binding.state = server.state;
    onTestFinished(() => server.close());
    const listening = await start(`    - { type: mcp, value: web, url: "${server.url}" }\n`);
    listening.answer = request => {
      const { params } = request;
      if (!("url" in params)) return choosing("Install")(request);
      void fetch(params.url as string);
      return { action: "accept", content: null, _meta: null };
    };
    await listening.turn("please $helper");
    expect(logins.authorizations.map(({ scope }) => scope ?? "")).toEqual(scopes);
    expect(namespaces(0)).toEqual(["mcp__web__"]);
    expect(await configText()).toContain(`[mcp_servers.web]\nurl = "${server.url}"`);
  });

  it("is installed without a login that the person does not want", async () => {
    const logins = issuer({});
    const server = await startHttpServer({ token: "nobody has this", onRequest: logins.onRequest });
    onTestFinished(() => server.close());
    const listening = await start(`    - { type: mcp, value: web, url: "${server.url}" }\n`);
    listening.answer = request =>
      "url" in request.params ? { action: "decline", content: null, _meta: null } : choosing("Install")(request);
    const events = await listening.turn("please $helper");
    expect(events.at(-1)?.params).toMatchObject({ turn: { status: "completed" } });
    expect(JSON.stringify(events)).toContain("The login to MCP server `web` failed: the login was cancelled");
    expect(await configText()).toContain("[mcp_servers.web]");
  });
});

it("clients of the product's family are known by name", () => {
  const family = ["codex_cli_rs", "codex-tui", "codex_vscode", "Codex Desktop"];
  expect(family.filter(isFirstPartyClient)).toEqual(family);
  expect(["codex", "codex_exec", "codex_ts", "Codexish", "codex_vscode2"].filter(isFirstPartyClient)).toEqual([]);
});

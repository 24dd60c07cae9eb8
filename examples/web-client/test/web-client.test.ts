import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { createRuntime } from "@codex-ts/core";
import { functionCall, type ModelServer, type Script, startModelServer } from "@codex-ts-tools/model-server";
import { type Browser, chromium, type Page } from "playwright-core";
import { build } from "vite";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type WebServer, webServer } from "../server/server.ts";

const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);
if (CHROMIUM === undefined) process.stderr.write("no Chromium here: the page is not tested (Debian: chromium)\n");

const folder = mkdtempSync(path.join(os.tmpdir(), "codex-ts-web-"));
const dist = path.join(folder, "dist");
/** Where pictures go when somebody wants to look at them. */
const pictures = process.env["CODEX_TS_SCREENSHOTS"];

beforeAll(async () => {
  const configFile = path.resolve(import.meta.dirname, "../vite.config.ts");
  await build({ configFile, logLevel: "error", build: { outDir: dist, emptyOutDir: true } });
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The page's server with a scripted model, and a workspace. */
class World {
  private constructor(
    readonly work: string,
    readonly model: ModelServer,
    readonly server: WebServer,
  ) {}

  static async create(script: Script): Promise<World> {
    const root = mkdtempSync(path.join(folder, "world-"));
    const [home, work] = [path.join(root, "home"), path.join(root, "work")];
    mkdirSync(home);
    mkdirSync(work);
    const model = await startModelServer(script);
    writeFileSync(
      path.join(home, "config.toml"),
      `model = "gpt-5.2"\nmodel_provider = "mock"\napproval_policy = "untrusted"\nsandbox_mode = "danger-full-access"\n` +
        `[model_providers.mock]\nname = "mock"\nbase_url = "${model.baseUrl}"\nwire_api = "responses"\n` +
        `request_max_retries = 0\nstream_max_retries = 0\n`,
    );
    const env = { PATH: process.env["PATH"] ?? "", HOME: root };
    const options = { codexHome: home, version: "0.125.0", cwd: work, env };
    const server = webServer(identity => createRuntime({ ...options, ...identity }), options, dist);
    await new Promise<void>(resolve => server.http.listen(0, "127.0.0.1", resolve));
    return new World(work, model, server);
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.server.http.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    await this.server.close();
    await this.model.close();
  }
}

let world: World | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

/** Status of an upgrade that claims to come from somewhere. */
function upgrade(target: World, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(target.origin, {
      headers: {
        connection: "Upgrade",
        upgrade: "websocket",
        "sec-websocket-version": "13",
        "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
        ...headers,
      },
    });
    sent.on("upgrade", (response, socket) => {
      socket.destroy();
      resolve(response.statusCode ?? 0);
    });
    sent.on("response", response => resolve(response.resume().statusCode ?? 0));
    sent.on("error", reject).end();
  });
}

describe("the server of the page", () => {
  it("lets in its own page, and no other site, no other name and no other file", async () => {
    world = await World.create([]);
    const host = new URL(world.origin).host;
    expect(await upgrade(world, { origin: world.origin })).toBe(101);
    expect(await upgrade(world, {})).toBe(403);
    expect(await upgrade(world, { origin: "http://evil.example" })).toBe(403);
    expect(await upgrade(world, { origin: "null" })).toBe(403);
    expect(await upgrade(world, { host: "evil.example:80", origin: "http://evil.example:80" })).toBe(403);
    expect(await upgrade(world, { host: `evil.example/${host}`, origin: world.origin })).toBe(403);
    expect((await fetch(`${world.origin}/..%2f..%2fpackage.json`)).status).toBe(404);
    expect((await fetch(`${world.origin}/home/config.toml`)).status).toBe(404);
    expect((await fetch(world.origin)).headers.get("content-type")).toContain("text/html");
  });
});

describe.skipIf(CHROMIUM === undefined)("the page in a browser", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: CHROMIUM ?? "",
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    });
  }, 120_000);
  afterAll(async () => browser.close());

  async function openPage(script: Script): Promise<Page> {
    world = await World.create(script);
    const page = await browser.newPage({ viewport: { width: 900, height: 700 } });
    page.setDefaultTimeout(25_000);
    await page.goto(world.origin);
    await page.locator("#status[data-status=idle]").waitFor();
    return page;
  }

  async function send(page: Page, text: string): Promise<void> {
    await page.fill("#prompt", text);
    await page.press("#prompt", "Enter");
  }

  async function picture(page: Page, name: string): Promise<void> {
    if (pictures !== undefined) await page.screenshot({ path: path.join(pictures, `${name}.png`) });
  }

  const PATCH = "*** Begin Patch\n*** Update File: greet.txt\n@@\n-hello\n+hello, world\n*** End Patch\n";

  it("streams an answer, asks before a command and a change, and shows what changed", { timeout: 90_000 }, async () => {
    const page = await openPage([
      { items: [functionCall("exec_command", { cmd: "touch made && echo done" }, "call_1")] },
      { items: [{ type: "custom_tool_call", name: "apply_patch", input: PATCH, call_id: "call_2" }] },
      { text: "All <b>done</b> & tidy.", chunk: 3 },
    ]);
    writeFileSync(path.join(world!.work, "greet.txt"), "hello\n");
    await send(page, "make it so");
    await page.getByText("Run this command?").waitFor();
    expect(await page.textContent("#status")).toBe("waiting for you");
    expect(await page.textContent(".question pre")).toContain("touch made && echo done");
    await picture(page, "command");
    expect(existsSync(path.join(world!.work, "made"))).toBe(false);
    await page.getByRole("button", { name: "Yes", exact: true }).click();

    await page.getByText("Change these files?").waitFor();
    expect(await page.textContent(".fileChange .add")).toContain("+hello, world");
    await picture(page, "change");
    await page.getByRole("button", { name: "Yes", exact: true }).click();

    await page.locator("#status[data-status=idle]").waitFor();
    expect(readFileSync(path.join(world!.work, "greet.txt"), "utf8")).toBe("hello, world\n");
    expect(await page.textContent(".commandExecution .output")).toBe("done\n");
    expect(await page.textContent(".commandExecution h2")).toContain("exit code 0");
    expect(await page.textContent(".agentMessage .body")).toBe("All <b>done</b> & tidy.");
    await page.locator(".turnDiff summary").click();
    await picture(page, "done");
    expect(await page.textContent(".turnDiff .remove")).toContain("-hello");
    expect(await page.locator(".question").count()).toBe(0);
  });

  it("says no, and stops a turn that goes on for too long", { timeout: 90_000 }, async () => {
    const page = await openPage([
      { items: [functionCall("exec_command", { cmd: "touch never" }, "call_1")] },
      { text: "a long story", chunk: 2, hang: true },
    ]);
    await send(page, "try it");
    await page.getByRole("button", { name: "No", exact: true }).click();
    await page.getByText("a long story").waitFor();
    expect(await page.locator(".commandExecution.declined").count()).toBe(1);
    await page.getByRole("button", { name: "Stop", exact: true }).click();
    await page.getByText("Stopped.").waitFor();
    expect(existsSync(path.join(world!.work, "never"))).toBe(false);
    await picture(page, "stopped");
  });

  it("shows long lines whole, and says of a command that was stopped that it was", { timeout: 90_000 }, async () => {
    const long = `${"x".repeat(400)} ${"word ".repeat(80)}end`;
    const patch = `*** Begin Patch\n*** Update File: ${"deep/".repeat(40)}greet.txt\n@@\n-hello\n+${long}\n*** End Patch\n`;
    const page = await openPage([
      { items: [{ type: "custom_tool_call", name: "apply_patch", input: patch, call_id: "call_1" }] },
      {
        items: [
          functionCall("exec_command", { cmd: `echo ${"y".repeat(300)}; sleep 60`, yield_time_ms: 60_000 }, "c2"),
        ],
      },
    ]);
    const file = path.join(world!.work, "deep/".repeat(40), "greet.txt");
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, "hello\n");
    await send(page, "go");
    await page.getByText("Change these files?").waitFor();
    await picture(page, "long-change");
    await page.getByRole("button", { name: "Yes", exact: true }).click();
    await page.getByText("Run this command?").waitFor();
    await picture(page, "long-command");
    await page.getByRole("button", { name: "Yes", exact: true }).click();
    await page.getByText("yyyy").last().waitFor();
    const tooWide = await page.evaluate(() =>
      [...document.querySelectorAll("html, main, .item, .question, pre")]
        .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)
        .map(({ className, tagName }) => `${tagName} ${className}`),
    );
    expect(tooWide).toEqual([]);
    expect(await page.locator(".commandExecution.inProgress").count()).toBe(1);
    await page.getByRole("button", { name: "Stop", exact: true }).click();
    await page.getByText("Stopped.").waitFor();
    expect(await page.locator(".inProgress").count()).toBe(0);
    expect(await page.textContent(".commandExecution.stopped h2")).toBe("Commandstopped");
    await picture(page, "stopped-command");
  });

  it("takes a question away whose turn was stopped, and says when the server is gone", {
    timeout: 90_000,
  }, async () => {
    const page = await openPage([{ items: [functionCall("exec_command", { cmd: "touch x" }, "call_1")] }, "bye"]);
    await send(page, "go");
    await page.getByText("Run this command?").waitFor();
    await page.getByRole("button", { name: "Stop", exact: true }).click();
    await page.getByText("Stopped.").waitFor();
    expect(await page.locator(".question").count()).toBe(0);
    await world!.server.close();
    await page.locator("#status[data-status=closed]").waitFor();
    await picture(page, "closed");
  });
});

import { spawn } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { build } from "esbuild";
import { beforeAll, describe, expect, it } from "vitest";

const folder = mkdtempSync(path.join(tmpdir(), "model-server-cli-"));
const cli = path.join(import.meta.dirname, "..", "node_modules", ".cache", "cli.mjs");

beforeAll(async () => {
  await build({
    entryPoints: [path.join(import.meta.dirname, "..", "src", "cli.ts")],
    outfile: cli,
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
  });
});

describe("codex-ts-model-server", () => {
  it("serves a JSON script and prints the address and each request as JSON lines, without the key", async () => {
    const script = path.join(folder, "script.json");
    writeFileSync(script, JSON.stringify(["hello"]));
    const child = spawn(process.execPath, [cli, script, "--json"]);
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
    const next = async () => JSON.parse(String((await lines.next()).value)) as Record<string, unknown>;
    const listening = await next();
    expect(listening).toMatchObject({ type: "listening" });
    const headers = { authorization: "Bearer planted-secret" };
    const response = await fetch(`${String(listening.base_url)}/responses`, { method: "POST", body: "{}", headers });
    expect(await response.text()).toContain("hello");
    const request = await next();
    expect(request).toMatchObject({ type: "request", n: 0, method: "POST", url: "/v1/responses" });
    expect(JSON.stringify(request)).not.toContain("planted-secret");
    const ended = new Promise(resolve => child.once("exit", resolve));
    child.kill("SIGTERM");
    expect(await ended).toBe(0);
  });

  it("names a script that it cannot use, and exits with 1", async () => {
    const child = spawn(process.execPath, [cli, path.join(folder, "missing.json")]);
    let text = "";
    child.stderr.on("data", data => {
      text += String(data);
    });
    expect(await new Promise(resolve => child.once("exit", resolve))).toBe(1);
    expect(text).toContain("missing.json");
  });
});

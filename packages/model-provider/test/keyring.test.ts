import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { keyringAuthStore } from "../src/index.ts";

const has = (program: string) => spawnSync(program, ["--version"], { stdio: "ignore" }).status === 0;

/** A keyring service of its own, on a bus of its own, where the machine has both programs. */
describe.runIf(has("dbus-daemon") && has("gnome-keyring-daemon"))("the keyring of this machine", () => {
  const root = mkdtempSync(path.join(tmpdir(), "codex-ts-keyring-"));
  const before = process.env["DBUS_SESSION_BUS_ADDRESS"];
  const children: ChildProcess[] = [];

  const start = (program: string, args: string[], more: NodeJS.ProcessEnv = {}) => {
    const env = { ...process.env, HOME: root, XDG_DATA_HOME: root, XDG_RUNTIME_DIR: root, ...more };
    const child = spawn(program, args, { env, stdio: ["pipe", "pipe", "ignore"] });
    children.push(child);
    return child;
  };

  beforeAll(async () => {
    const bus = start("dbus-daemon", ["--session", "--nofork", "--print-address=1", `--address=unix:path=${root}/bus`]);
    const [address] = (await once(bus.stdout, "data")) as [Buffer];
    process.env["DBUS_SESSION_BUS_ADDRESS"] = address.toString().trim();
    const daemon = start("gnome-keyring-daemon", ["--foreground", "--unlock", "--components=secrets"], {
      DBUS_SESSION_BUS_ADDRESS: process.env["DBUS_SESSION_BUS_ADDRESS"],
    });
    daemon.stdin.end("password");
    // It serves when it answers.
    const deadline = Date.now() + 30_000;
    for (;;) {
      try {
        await keyringAuthStore("/home/a").load();
        return;
      } catch (error) {
        if (Date.now() > deadline) throw error;
        await new Promise(resolve => setTimeout(resolve, 100));
      }
    }
  }, 60_000);

  afterAll(() => {
    for (const child of children.reverse()) child.kill();
    if (before === undefined) delete process.env["DBUS_SESSION_BUS_ADDRESS"];
    else process.env["DBUS_SESSION_BUS_ADDRESS"] = before;
    rmSync(root, { recursive: true, force: true });
  });

  it("holds a login for each home, and forgets it", { timeout: 60_000 }, async () => {
    const [store, other] = [keyringAuthStore("/home/a"), keyringAuthStore("/home/b")];
    const login = { auth_mode: "apikey", OPENAI_API_KEY: "sk-in-the-keyring" };
    expect(await store.load()).toBeNull();
    await store.save(login);
    expect([await store.load(), await other.load()]).toEqual([login, null]);
    expect([await store.clear(), await store.load(), await store.clear()]).toEqual([true, null, false]);
  });
});

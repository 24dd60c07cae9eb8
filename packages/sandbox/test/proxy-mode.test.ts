import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer, type AddressInfo, type Server } from "node:net";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { explainSandbox, type RunResult, runSandboxed, spawnSandboxed } from "../src/index.ts";
import { bwrapEngine, landlockEngine, makePlace, type Place, readOnly, workspaceWrite } from "./support/engines.ts";

const ATTACK = path.join(import.meta.dirname, "support/attack.mjs");
const PATH = process.env.PATH ?? "/usr/bin:/bin";

let place: Place;
const open: (() => void)[] = [];
beforeEach(() => {
  place = makePlace();
});
afterEach(() => {
  for (const close of open.splice(0)) close();
  place.remove();
});

/** A server of this machine that says its name to whoever connects, then sends back what it gets. */
async function listen(name: string, where: number | string = 0): Promise<{ port: number; connections: () => number }> {
  let count = 0;
  const server: Server = createServer({ allowHalfOpen: true }, socket => {
    count++;
    socket.on("error", () => undefined);
    socket.write(name);
    socket.pipe(socket);
  });
  if (typeof where === "string") server.listen(where);
  else server.listen(where, "127.0.0.1");
  await once(server, "listening");
  open.push(() => server.close());
  const address = server.address();
  return { port: typeof address === "object" && address !== null ? address.port : 0, connections: () => count };
}

/** Runs JavaScript where only a proxy can be reached. `proxy(n)` connects to what a variable names. */
function run(
  script: string,
  env: Record<string, string>,
  more: Partial<Parameters<typeof runSandboxed>[0]> = {},
): Promise<RunResult> {
  const prelude = `const net = require("node:net");
    const at = url => { const { hostname, port } = new URL(url.replace(/^\\w+:/, "http:")); return net.connect(Number(port), hostname); };
    const read = socket => new Promise(done => { let text = ""; socket.on("data", data => (text += data)); socket.on("error", error => done(error.code)); socket.on("end", () => done(text)); });`;
  return runSandboxed({
    argv: [process.execPath, "-e", `${prelude}(async () => { ${script} })()`],
    cwd: place.W,
    permissions: readOnly(place.W),
    network: "proxy",
    env: { PATH, ...env },
    host: { ...bwrapEngine.host, socketFolder: path.join(place.base, "tmp") },
    timeoutMs: 30_000,
    ...more,
  });
}

describe.runIf(bwrapEngine.works)("a command that may reach the network through the proxy alone", () => {
  it("reaches each proxy that its environment names, under addresses of its own", async () => {
    const [http, socks] = [await listen("http"), await listen("socks")];
    const result = await run(
      `console.log(await read(at(process.env.HTTP_PROXY).end("|a")), await read(at(process.env.ALL_PROXY).end("|b")), process.env.HTTP_PROXY === process.env.https_proxy, process.env.FTP_PROXY, process.env.ALL_PROXY.split(":")[0])`,
      {
        HTTP_PROXY: `http://127.0.0.1:${http.port}`,
        https_proxy: `http://127.0.0.1:${http.port}`,
        ALL_PROXY: `socks5h://127.0.0.1:${socks.port}`,
        FTP_PROXY: "http://proxy.example:3128",
      },
    );
    expect(result).toMatchObject({
      exitCode: 0,
      stderr: "",
      stdout: "http|a socks|b true http://proxy.example:3128 socks5h\n",
      sandbox: "bwrap",
    });
  });

  it("carries much data both ways", async () => {
    const { port } = await listen("");
    const result = await run(
      `const socket = at(process.env.HTTP_PROXY); let size = 0; socket.on("data", data => (size += data.length)); socket.on("end", () => console.log(size)); socket.end(Buffer.alloc(5_000_000, 1));`,
      { HTTP_PROXY: `http://127.0.0.1:${port}` },
    );
    expect(result.stdout).toBe("5000000\n");
  });

  it("keeps its permissions, its exit code, its environment and its streams", async () => {
    const { port } = await listen("");
    const env = { HTTP_PROXY: `http://u:secret@127.0.0.1:${port}`, NODE_OPTIONS: "--no-warnings", LD_X: "1" };
    const command = `cat; echo $NODE_OPTIONS $LD_X $HTTP_PROXY | sed 's/:[0-9]*$//'; touch inside && touch '${place.O}/outside'; grep -cE 'Seccomp:.2|NoNewPrivs:.1' /proc/self/status; exit 7`;
    const result = await run("", env, {
      argv: ["sh", "-c", command],
      permissions: workspaceWrite(place.W),
      stdin: "typed\n",
    });
    expect(result.exitCode).toBe(7);
    expect(result.stdout).toBe("typed\n--no-warnings 1 http://u:secret@127.0.0.1\n2\n");
    expect(result.stderr).toContain("Read-only file system");
  });

  it("works where the file system is open, and where little of it can be read", async () => {
    const { port } = await listen("here");
    for (const permissions of [
      { type: "managed", file_system: { type: "unrestricted" }, network: "enabled" },
      { type: "disabled" },
    ] as const) {
      const result = await run(
        `console.log(await read(at(process.env.HTTP_PROXY).end()))`,
        { HTTP_PROXY: `http://127.0.0.1:${port}` },
        { permissions },
      );
      expect(result).toMatchObject({ stdout: "here\n", sandbox: "bwrap" });
    }
  });

  it("ends with everything it started when it is stopped", async () => {
    const { port } = await listen("");
    const child = await spawnSandboxed({
      argv: ["sh", "-c", "sleep 1000 & echo ready; wait"],
      cwd: place.W,
      profile: readOnly(place.W),
      network: "proxy",
      env: { PATH, HTTP_PROXY: `http://127.0.0.1:${port}` },
      host: bwrapEngine.host,
    });
    for await (const { chunk } of child.output) if (Buffer.from(chunk).includes("ready")) child.kill("SIGTERM");
    expect((await child.exited).exitCode).toBe(143);
  });

  it("is not started without a proxy it could reach", async () => {
    await expect(run("", {})).rejects.toThrow("managed proxy mode requires proxy environment variables");
    await expect(run("", { HTTP_PROXY: "http://example.com:1" })).rejects.toThrow(
      "managed proxy mode requires parseable loopback proxy endpoints",
    );
  });

  it("is explained", async () => {
    const { network } = await explainSandbox(["true"], {
      cwd: place.W,
      env: { PATH },
      profile: readOnly(place.W),
      network: "proxy",
      host: bwrapEngine.host,
    });
    expect(network).toEqual({
      access: "proxy",
      how: [
        "the command's own network holds nothing but a bridge to the proxy",
        "a system call filter refuses sockets that are not for the internet",
      ],
    });
  });

  describe("cannot reach", () => {
    const proxied = async () => ({ HTTP_PROXY: `http://127.0.0.1:${(await listen("proxy")).port}` });
    const attack = async (...args: string[]) => {
      const result = await run("", await proxied(), { argv: [process.execPath, ATTACK, ...args] });
      expect(result.stderr).toBe("");
      return JSON.parse(result.stdout) as { ok: boolean; error?: string };
    };

    it("another port of this machine, also not the proxy's own one, over any of its addresses", async () => {
      const other = await listen("other");
      const env = await proxied();
      const own = new URL(env.HTTP_PROXY).port;
      const result = await run(
        `for (const port of [${other.port}, ${own}]) for (const host of ["127.0.0.1", "127.0.0.2", "::1", "0.0.0.0"]) console.log(await read(net.connect(port, host)));`,
        env,
      );
      expect(result.stdout.trim().split("\n")).toEqual(Array.from({ length: 8 }, () => "ECONNREFUSED"));
      expect(other.connections()).toBe(0);
    });

    it("any other machine", async () => {
      const result = await run(
        `console.log(await read(net.connect(80, "192.0.2.1")), await read(net.connect(53, "2001:db8::1")))`,
        await proxied(),
      );
      expect(result.stdout).toMatch(/^(ENETUNREACH|EADDRNOTAVAIL) (ENETUNREACH|EADDRNOTAVAIL)\n$/);
    });

    it("anybody by UDP", async () => {
      const server = createSocket("udp4");
      const seen: string[] = [];
      server.on("message", message => seen.push(message.toString()));
      server.bind(0, "127.0.0.1");
      await once(server, "listening");
      open.push(() => server.close());
      const { port } = server.address();
      const result = await run(
        `const socket = require("node:dgram").createSocket("udp4");
         for (const host of ["127.0.0.1", "192.0.2.1"]) await new Promise(done => socket.send("x", ${port}, host, error => done(console.log(error ? error.code : "sent"))));
         socket.close();`,
        await proxied(),
      );
      expect(result.stdout).toContain("ENETUNREACH");
      // What it sent to its own loopback has arrived by now, if it was ever to.
      server.send("mine", port, "127.0.0.1");
      await expect.poll(() => seen.length).toBe(1);
      expect(seen).toEqual(["mine"]);
    });

    it("unix sockets, neither by path nor by abstract name nor by the way of the proxy", async () => {
      await listen("path", path.join(place.base, "s.sock"));
      await listen("abstract", "\0proxy-mode-test");
      const result = await run(
        `for (const where of [${JSON.stringify(path.join(place.base, "s.sock"))}, "\\0proxy-mode-test", ${JSON.stringify(path.join(place.base, "tmp"))} + "/codex-linux-sandbox-proxy-${process.pid}-0/proxy-route-0.sock"]) console.log(await read(net.connect(where)));`,
        await proxied(),
      );
      expect(result.stdout).toBe("EPERM\nEPERM\nEPERM\n");
    });

    it.each([
      ["netlink", ["netlink"]],
      ["raw packets", ["packet"]],
      ["raw sockets of the internet protocol", ["raw"]],
      ["io_uring", ["ioUring"]],
      ["another process's memory", ["ptrace", "1"]],
    ])("%s", async (_name, args) => {
      expect(await attack(...args)).toEqual({ ok: false, error: "Operation not permitted" });
    });

    it("the bridge: it sees no process but its own, and no file of the bridge's is open in it", async () => {
      const result = await run("", await proxied(), {
        argv: [
          "sh",
          "-c",
          "for p in /proc/[0-9]*; do tr '\\0' ' ' <$p/cmdline; echo; done; ls -l /proc/self/fd | grep -c socket",
        ],
      });
      expect(result.stdout).not.toContain("proxy-bridge");
      expect(result.stdout.trim().split("\n").at(-1)).toBe("0");
    });
  });
});

describe.runIf(landlockEngine.works)("on a machine without bubblewrap", () => {
  it("nothing is run: Landlock cannot keep a command to the proxy", async () => {
    const env = { HTTP_PROXY: `http://127.0.0.1:${((await listen("")) as { port: AddressInfo["port"] }).port}` };
    const host = landlockEngine.host;
    await expect(run("", env, { host })).rejects.toThrow("needs bubblewrap with a network namespace; nothing was run");
    await expect(run("", env, { legacyLandlock: true })).rejects.toThrow(
      "The feature use_legacy_landlock is on: turn it off",
    );
  });
});

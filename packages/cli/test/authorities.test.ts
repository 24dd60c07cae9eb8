import { readFileSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect } from "node:net";
import path from "node:path";
import { createServer, type Server } from "node:tls";
import type { Handshake } from "@codex-ts-tools/model-server";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { authoritiesFile, certificatesOf } from "../src/authorities.ts";
import { Bench, events } from "./support/cli.ts";

const file = (name: string) => path.join(import.meta.dirname, "data", "tls", name);
const text = (name: string) => readFileSync(file(name), "utf8");

describe("the file of authorities", () => {
  it.each([
    [{}, null],
    [{ CODEX_CA_CERTIFICATE: "", SSL_CERT_FILE: "" }, null],
    [
      { CODEX_CA_CERTIFICATE: "", SSL_CERT_FILE: "b" },
      { variable: "SSL_CERT_FILE", file: "b" },
    ],
    [
      { CODEX_CA_CERTIFICATE: "a", SSL_CERT_FILE: "b" },
      { variable: "CODEX_CA_CERTIFICATE", file: "a" },
    ],
  ])("of %j", (env, named) => {
    expect(authoritiesFile(env)).toEqual(named);
  });

  it("may hold other things between its certificates", () => {
    const [one, other] = [text("ca.pem").trim(), text("server.pem").trim()];
    expect(certificatesOf(`# ours\r\n${one}\n${text("server-key.pem")}\n${other}\n`)).toEqual([one, other]);
  });

  it.each([
    ["", "it holds no certificate in PEM (-----BEGIN CERTIFICATE-----)"],
    [text("server-key.pem"), "it holds no certificate in PEM (-----BEGIN CERTIFICATE-----)"],
    [
      `${text("ca.pem")}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n`,
      "its certificate 2 of 2 cannot be read",
    ],
  ])("is refused where it is none", (bundle, message) => {
    expect(() => certificatesOf(bundle)).toThrow(message);
  });
});

describe("connections", () => {
  let bench: Bench;
  let front: Server;
  beforeEach(() => {
    bench = new Bench();
  });
  afterEach(async () => {
    front.close();
    await bench.close();
  });

  /** A model server behind a certificate of the authority in the data, and an MCP server at the same place. */
  async function secured(more = "", handshakes?: Handshake[]) {
    const server = await bench.model(
      { replies: ["over TLS"], otherwise: "over TLS", ...(handshakes === undefined ? {} : { handshakes }) },
      "",
    );
    const { port } = new URL(server.baseUrl);
    front = createServer({ key: text("server-key.pem"), cert: text("server.pem") }, socket => {
      const inner = connect(Number(port), "127.0.0.1");
      for (const end of [socket, inner]) end.on("error", () => undefined);
      socket.pipe(inner).pipe(socket);
    });
    front.on("tlsClientError", () => undefined);
    await new Promise<void>(resolve => front.listen(0, "127.0.0.1", resolve));
    const origin = `https://localhost:${(front.address() as AddressInfo).port}`;
    const config = readFileSync(path.join(bench.home, "config.toml"), "utf8");
    bench.config(
      `${config.replace(server.baseUrl, `${origin}/v1`)}${more}\n[mcp_servers.inside]\nurl = "${origin}/mcp"\nstartup_timeout_sec = 20\n`,
    );
    return server;
  }

  const run = async (env: Record<string, string>) => await bench.exec(["--json", "go"], { env });

  it.each(["CODEX_CA_CERTIFICATE", "SSL_CERT_FILE"])("trust what %s names", async variable => {
    const server = await secured();
    const result = await run({ [variable]: file("ca.pem") });
    expect(result.code).toBe(0);
    expect(JSON.stringify(events(result))).toContain("over TLS");
    // A server of tools is reached by the platform's own client.
    expect(server.log.map(({ path: asked }) => asked)).toContain("/mcp");
  });

  it("over a WebSocket, too", async () => {
    const server = await secured("supports_websockets = true\n", []);
    const result = await run({ CODEX_CA_CERTIFICATE: file("ca.pem") });
    expect(JSON.stringify(events(result))).toContain("over TLS");
    expect(server.handshakes.length).toBeGreaterThan(0);
  });

  it("trust nobody new without it, nor by a file that is broken, which a person is told of", async () => {
    const server = await secured();
    const broken = path.join(bench.root, "broken.pem");
    writeFileSync(broken, `${text("ca.pem")}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n`);
    expect((await run({})).stderr).toContain(
      "is not trusted (UNABLE_TO_VERIFY_LEAF_SIGNATURE). Set CODEX_CA_CERTIFICATE",
    );
    const lines = [
      [broken, "its certificate 2 of 2 cannot be read"],
      [path.join(bench.root, "missing.pem"), "No such file or directory (os error 2)"],
      [bench.root, "Is a directory (os error 21)"],
    ] as const;
    for (const [named, why] of lines) {
      const { code, stderr } = await run({ CODEX_CA_CERTIFICATE: named, SSL_CERT_FILE: file("ca.pem") });
      expect(code).toBe(1);
      expect(stderr).toContain(`warning: CODEX_CA_CERTIFICATE: the authorities of ${named} are not trusted: ${why}\n`);
    }
    expect(server.log).toEqual([]);
  });
});

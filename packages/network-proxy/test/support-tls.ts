import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { createInterface } from "node:readline";
import type { NetworkPolicyInput } from "../src/index.ts";
import type { Origin } from "./support.ts";

const data = (name: string): string => path.join(import.meta.dirname, "data", name);
const credentials = { key: readFileSync(data("server-key.pem")), cert: readFileSync(data("server.pem")) };

const servers: Server[] = [];
const children: ChildProcess[] = [];

/** Ends everything that a test opened here. */
export async function closeTls(): Promise<void> {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  }
}

/** A TLS server named `localhost`: it answers 200, grants CONNECT and echoes, and remembers what it was asked. */
export async function secureOrigin(): Promise<Origin> {
  const seen: Origin["seen"] = [];
  const server = createServer(credentials, (request, response) => {
    seen.push({ method: request.method ?? "", url: request.url ?? "", headers: request.rawHeaders, body: "" });
    response.end("hello over TLS");
  });
  server.on("connect", (request, socket) => {
    seen.push({ method: "CONNECT", url: request.url ?? "", headers: request.rawHeaders, body: "" });
    socket.write("HTTP/1.1 200 OK\r\n\r\n");
    socket.pipe(socket);
    socket.on("error", () => undefined);
  });
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { port: (server.address() as AddressInfo).port, seen };
}

const PROGRAM = `import { proxyFetch, startProxy } from "./src/index.ts";
const { policy, env = {}, fetch: url } = JSON.parse(process.argv[1]);
const proxy = await startProxy(policy, null, { parentEnv: () => env });
const said = () => proxyFetch(() => proxy.http)(url).then(answer => answer.text(), error => String(error.cause ?? error));
console.log(url === undefined ? proxy.http.port : await said());
process.stdin.resume().on("end", () => process.exit());
`;

/** What an address answers to this package's own client, by a proxy with the policy. */
export async function fetched(policy: NetworkPolicyInput, url: string): Promise<string> {
  return await firstLine({ policy, fetch: url }, true);
}

/**
 * A proxy in a process of its own, as the certificates that a process trusts are fixed when it starts.
 * @returns the port of its HTTP listener
 */
export async function proxyProcess(
  policy: NetworkPolicyInput,
  options: { env?: Record<string, string>; trusting?: boolean } = {},
): Promise<number> {
  return Number(await firstLine({ policy, env: options.env ?? {} }, options.trusting !== false));
}

async function firstLine(request: object, trusting: boolean): Promise<string> {
  const lead = ["--conditions=@codex-ts/source", "--import", "tsx", "--input-type=module", "-e", PROGRAM];
  const child = spawn(process.execPath, [...lead, JSON.stringify(request)], {
    cwd: path.join(import.meta.dirname, ".."),
    env: { PATH: process.env["PATH"], ...(trusting ? { NODE_EXTRA_CA_CERTS: data("ca.pem") } : {}) },
    stdio: ["pipe", "pipe", "inherit"],
  });
  children.push(child);
  for await (const line of createInterface({ input: child.stdout })) return line;
  throw new Error("the proxy did not start");
}

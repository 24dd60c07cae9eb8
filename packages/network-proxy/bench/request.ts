// What the proxy costs: requests through it against the same requests sent directly, over kept connections, in turns.
//
// Claim: a plain request through the proxy takes less than four times a direct one on loopback (it is two requests and a
// verdict), and a tunnel adds nothing once it stands. Prints; never fails on a figure.
import { once } from "node:events";
import { Agent, createServer, request, type RequestOptions } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";
import { startProxy } from "../src/index.ts";

const ROUNDS = 60;
const REQUESTS = 100;

const origin = createServer((_request, response) => response.end("x".repeat(1024))).listen(0, "127.0.0.1");
await once(origin, "listening");
const { port } = origin.address() as AddressInfo;
const rules = Object.fromEntries(
  Array.from({ length: 500 }, (_, index) => [`*.host${index}.example`, "allow" as const]),
);
const proxy = await startProxy({ enabled: true, domains: { ...rules, "127.0.0.1": "allow" } });
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

function send(options: RequestOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    request({ agent, ...options }, answer => answer.resume().once("end", resolve))
      .once("error", reject)
      .end();
  });
}

async function tunnel(): Promise<Socket> {
  const socket = connect(proxy.http.port, "127.0.0.1");
  socket.write(`CONNECT 127.0.0.1:${port} HTTP/1.1\r\n\r\n`);
  await once(socket, "data");
  return socket;
}

const tunneled = new Agent({ keepAlive: true, maxSockets: 1 });
const tunnelSocket = await tunnel();
Object.assign(tunneled, { createConnection: () => tunnelSocket });

const host = `127.0.0.1:${port}`;
const actions: Record<string, () => Promise<void>> = {
  direct: () => send({ port, path: "/", headers: { host } }),
  "through the proxy": () => send({ port: proxy.http.port, path: `http://${host}/`, headers: { host } }),
  "through a standing tunnel": () => send({ agent: tunneled, port, path: "/", headers: { host } }),
  "opening a tunnel": async () => void (await tunnel()).destroy(),
};
const times: Record<string, number[]> = Object.fromEntries(Object.keys(actions).map(name => [name, []]));
for (let round = 0; round < ROUNDS + 3; round++) {
  for (const [name, action] of Object.entries(actions)) {
    const start = performance.now();
    for (let count = 0; count < REQUESTS; count++) await action();
    if (round >= 3) times[name]?.push(((performance.now() - start) * 1000) / REQUESTS);
  }
}
const median = (list: number[]) => list.sort((left, right) => left - right)[Math.floor(list.length / 2)] ?? 0;
const baseline = median(times["direct"] ?? []);
for (const [name, list] of Object.entries(times)) {
  const middle = median(list);
  console.log(`${name.padEnd(28)} ${middle.toFixed(0).padStart(6)} µs  ${(middle / baseline).toFixed(2)}x`);
}
tunnelSocket.destroy();
agent.destroy();
await proxy.close();
origin.close();

// Stands between an isolated network and the proxy, and starts the command's own sandbox. Started by the sandbox library
// inside a bubblewrap that has only a network and a process namespace of its own, as
// `node proxy-bridge.mjs CONFIG -- PROGRAM ARGS...`; never imported. It listens on the namespace's loopback, passes
// connections on to unix sockets of the library, and tells the command its ports by rewriting the proxy variables.
//
// The command is in a process namespace below this one: it can neither see nor signal this process, and its filter lets it
// make no unix socket. What this process can reach, it cannot.
//
// The environment arrives with every name prefixed, so that nothing in it (NODE_OPTIONS) acts on this process.

import { spawn } from "node:child_process";
import { writeSync } from "node:fs";
import { connect, createServer } from "node:net";
import { constants } from "node:os";

// Not imported from node:process: that would open the standard streams, and leave the command's pipes non-blocking.
const { argv, env } = process;

/** @typedef {import("./proxy-wrap.ts").BridgeConfig} BridgeConfig */

const ENV_PREFIX = "_";
const EXIT_REFUSED = 101;
const FIRST_DESCRIPTOR = 3;
/** Where the library wants the port; a login before it ends in @. */
const UNROUTED = /127\.0\.0\.1:0(?=[/?#]|$)/;

/** @type {(message: string) => never} */
function refuse(message) {
  writeSync(2, `codex-ts sandbox: ${message}\n`);
  process.exit(EXIT_REFUSED);
}

/** @param {string} path @returns {Promise<number>} the port that leads to the socket */
function bridge(path) {
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true }, inside => {
    const outside = connect({ path, allowHalfOpen: true });
    for (const [from, to] of [
      [inside, outside],
      [outside, inside],
    ]) {
      from?.on("error", () => to?.destroy());
      from?.once("close", () => {
        if (!from.readableEnded) to?.destroy();
      });
      if (from && to) from.pipe(to);
    }
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      if (address === null || typeof address === "string") reject(new Error("no address"));
      else resolve(address.port);
    });
  });
}

/** @type {BridgeConfig} */
const config = JSON.parse(argv[2] ?? "");
const [program, ...args] = argv.slice(4);
if (argv[3] !== "--" || program === undefined) refuse("command args are empty");

/** @type {Record<string, string>} */
const environment = {};
for (const [name, value] of Object.entries(env)) {
  if (name.startsWith(ENV_PREFIX) && value !== undefined) environment[name.slice(ENV_PREFIX.length)] = value;
}
/** @type {Map<string, number>} */
const ports = new Map();
try {
  for (const { variable, socket } of config.routes) {
    const port = ports.get(socket) ?? (await bridge(socket));
    ports.set(socket, port);
    environment[variable] = (environment[variable] ?? "").replace(UNROUTED, `127.0.0.1:${port}`);
  }
} catch (error) {
  refuse(`cannot bridge the network proxy into the sandbox: ${error instanceof Error ? error.message : String(error)}`);
}

const inherited = Array.from({ length: config.inputs }, (_, index) => FIRST_DESCRIPTOR + index);
const child = spawn(program, args, { env: environment, stdio: ["inherit", "inherit", "inherit", ...inherited] });
child.once("error", error => refuse(`cannot start ${program}: ${error.message}`));
child.once("exit", (code, signal) => process.exit(code ?? 128 + (signal ? constants.signals[signal] : 0)));

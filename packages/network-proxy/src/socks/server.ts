import { createServer, type Server, type Socket } from "node:net";
import { dial } from "../connect/dial.ts";
import { joinEnds } from "../connect/tunnel.ts";
import { type Gate, methodNotAllowed, type NetworkRequest, proxyDisabled } from "../decision/gate.ts";
import { clientOf } from "../http/server.ts";
import {
  CONNECT,
  readAddress,
  reply,
  SOCKS_VERSION,
  type SocksAddress,
  SocksReply,
  UDP_ASSOCIATE,
} from "./protocol.ts";
import { relayDatagrams } from "./udp.ts";

export interface SocksServerOptions {
  gate: Gate;
  signal: AbortSignal;
  refresh: () => Promise<void>;
}

/** How long a client may take to say what it wants. */
const HANDSHAKE_MS = 30_000;
const MAX_HANDSHAKE_BYTES = 1024;
const NO_AUTHENTICATION = 0;
const NO_ACCEPTABLE_METHOD = 0xff;

/** The SOCKS5 listener: CONNECT and UDP ASSOCIATE, without authentication (section 5.2). */
export function socksServer(options: SocksServerOptions): Server {
  return createServer({ allowHalfOpen: true, noDelay: true }, socket => {
    socket.on("error", () => socket.destroy());
    serve(socket, options).catch(() => socket.destroy());
  });
}

async function serve(socket: Socket, options: SocksServerOptions): Promise<void> {
  const timer = setTimeout(() => socket.destroy(), HANDSHAKE_MS);
  const reader = new HandshakeReader(socket);
  let command: number;
  let target: SocksAddress;
  try {
    const methods = await reader.read(bytes => {
      const count = bytes[1];
      if (count === undefined || bytes.length < 2 + count) return null;
      return { value: bytes[0] === SOCKS_VERSION ? [...bytes.subarray(2, 2 + count)] : [], end: 2 + count };
    });
    if (!methods.includes(NO_AUTHENTICATION)) {
      socket.end(Buffer.from([SOCKS_VERSION, NO_ACCEPTABLE_METHOD]));
      return;
    }
    socket.write(Buffer.from([SOCKS_VERSION, NO_AUTHENTICATION]));
    const request = await reader.read(bytes => {
      const found = readAddress(bytes, 3);
      if (found === null) return null;
      const value = { version: bytes[0], command: bytes[1] ?? 0, found };
      return { value, end: typeof found === "string" ? 4 : found.end };
    });
    if (request.version !== SOCKS_VERSION || request.found === "invalid") {
      socket.destroy();
      return;
    }
    if (request.found === "unsupported") {
      socket.end(reply(SocksReply.addressUnsupported));
      return;
    }
    command = request.command;
    target = request.found.address;
  } finally {
    clearTimeout(timer);
    reader.release();
  }
  await options.refresh();
  if (command === CONNECT) await connectTo(target, socket, options);
  else if (command === UDP_ASSOCIATE && options.gate.policy.policy.enableSocks5Udp)
    await relayDatagrams(target, socket, options);
  else socket.end(reply(SocksReply.commandUnsupported));
}

async function connectTo(target: SocksAddress, socket: Socket, { gate, signal }: SocksServerOptions): Promise<void> {
  const asked: NetworkRequest = { protocol: "socks5_tcp", label: "socks5", ...target, client: clientOf(socket) };
  const { policy } = gate.policy;
  const refusal = policy.enabled ? (policy.mode === "limited" ? methodNotAllowed : null) : proxyDisabled;
  const admission = refusal === null ? await gate.admit(asked) : gate.refuse(asked, refusal);
  if (!admission.allowed) {
    socket.end(reply(SocksReply.notAllowed));
    return;
  }
  const ended = new AbortController();
  socket.once("close", () => ended.abort());
  if (socket.destroyed) return;
  try {
    const { host, addresses } = admission;
    const origin = await dial({ host, port: target.port, addresses }, AbortSignal.any([ended.signal, signal]));
    socket.write(reply(SocksReply.granted));
    joinEnds(socket, origin);
  } catch {
    socket.end(reply(SocksReply.refused));
  }
}

/** Reads what is said before the tunnel, and leaves every byte after it to the tunnel. */
class HandshakeReader {
  private readonly socket: Socket;
  private bytes = Buffer.alloc(0);
  private wake: () => void = () => undefined;
  private ended = false;
  private readonly take = (): void => {
    for (let chunk: Buffer | null; (chunk = this.socket.read() as Buffer | null) !== null; ) {
      this.bytes = Buffer.concat([this.bytes, chunk]);
    }
    this.wake();
  };
  private readonly end = (): void => {
    this.ended = true;
    this.wake();
  };

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on("readable", this.take).on("end", this.end).on("close", this.end);
  }

  async read<T>(parse: (bytes: Buffer) => { value: T; end: number } | null): Promise<T> {
    for (;;) {
      const parsed = parse(this.bytes);
      if (parsed !== null) {
        this.bytes = this.bytes.subarray(parsed.end);
        return parsed.value;
      }
      if (this.ended || this.bytes.length > MAX_HANDSHAKE_BYTES) throw new Error("the SOCKS client left its handshake");
      await new Promise<void>(resolve => {
        this.wake = resolve;
      });
    }
  }

  release(): void {
    this.socket.off("readable", this.take).off("end", this.end).off("close", this.end);
    if (this.bytes.length > 0) this.socket.unshift(this.bytes);
  }
}

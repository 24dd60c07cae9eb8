import { createSocket, type RemoteInfo, type Socket as UdpSocket } from "node:dgram";
import { lookup } from "node:dns/promises";
import { once } from "node:events";
import { isIP, isIPv6, type Socket } from "node:net";
import { type Gate, methodNotAllowed, type NetworkRequest, proxyDisabled } from "../decision/gate.ts";
import { canonicalAddress } from "../hosts/address.ts";
import { clientOf } from "../http/server.ts";
import { readAddress, reply, type SocksAddress, SocksReply, writeAddress } from "./protocol.ts";

interface RelayOptions {
  gate: Gate;
  signal: AbortSignal;
  refresh: () => Promise<void>;
}

/** Peers remembered for one association; the oldest make way. */
const MAX_PEERS = 1024;

/**
 * Serves UDP ASSOCIATE: every datagram is judged like a connection, and dropped when it may not go. Lives as long as the
 * client's TCP connection. `expected` is where the client says that it will send from; zero: it does not know yet.
 */
export async function relayDatagrams(expected: SocksAddress, control: Socket, options: RelayOptions): Promise<void> {
  const { gate, signal } = options;
  const { policy } = gate.policy;
  if (!policy.enabled || policy.mode === "limited") {
    const asked: NetworkRequest = {
      protocol: "socks5_udp",
      label: "socks5-udp",
      ...expected,
      client: clientOf(control),
    };
    gate.refuse(asked, policy.enabled ? methodNotAllowed : proxyDisabled);
    control.end(reply(SocksReply.notAllowed));
    return;
  }
  const inside = await bound("udp4", control.localAddress?.replace(/^::ffff:/, "") ?? "127.0.0.1");
  const association = new Association(inside, control, expected, options);
  const close = () => association.close();
  control
    .once("close", close)
    .once("end", close)
    .on("data", () => undefined);
  signal.addEventListener("abort", close, { once: true });
  control.once("close", () => signal.removeEventListener("abort", close));
  if (control.destroyed) close();
  else control.write(reply(SocksReply.granted, { host: inside.address().address, port: inside.address().port }));
}

async function bound(type: "udp4" | "udp6", address?: string): Promise<UdpSocket> {
  const socket = createSocket(type);
  socket.bind(0, address);
  await once(socket, "listening");
  return socket;
}

class Association {
  private readonly inside: UdpSocket;
  private readonly control: Socket;
  private readonly options: RelayOptions;
  private readonly outside = new Map<"udp4" | "udp6", Promise<UdpSocket>>();
  /** `address port` of everybody the client has been allowed to write to: only they may answer. */
  private readonly peers = new Set<string>();
  private client: { address: string; port: number } | null = null;
  private readonly expectedPort: number;
  private closed = false;

  constructor(inside: UdpSocket, control: Socket, expected: SocksAddress, options: RelayOptions) {
    this.inside = inside;
    this.control = control;
    this.options = options;
    this.expectedPort = expected.port;
    inside.on("error", () => this.close());
    inside.on("message", (message, from) => void this.send(message, from).catch(() => undefined));
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.inside.close();
    for (const socket of this.outside.values()) void socket.then(open => open.close()).catch(() => undefined);
    this.control.destroy();
  }

  private async send(message: Buffer, from: RemoteInfo): Promise<void> {
    if (!this.isClient(from)) return;
    // Two reserved bytes and the fragment number; fragments are not put together.
    const parsed = message[2] === 0 ? readAddress(message, 3) : null;
    if (parsed === null || typeof parsed === "string") return;
    const { address: target, end } = parsed;
    await this.options.refresh();
    const { gate } = this.options;
    const asked: NetworkRequest = {
      protocol: "socks5_udp",
      label: "socks5-udp",
      ...target,
      client: `${from.address}:${from.port}`,
    };
    const { policy } = gate.policy;
    if (!policy.enabled || policy.mode === "limited") {
      gate.refuse(asked, policy.enabled ? methodNotAllowed : proxyDisabled);
      return;
    }
    const admission = await gate.admit(asked);
    if (!admission.allowed || this.closed) return;
    const [address] = admission.addresses ?? [
      isIP(admission.host) === 0 ? (await lookup(admission.host)).address : admission.host,
    ];
    if (address === undefined) return;
    const socket = await this.outsideOf(isIPv6(address) ? "udp6" : "udp4");
    if (this.closed) return;
    if (this.peers.size >= MAX_PEERS)
      for (const oldest of [...this.peers].slice(0, MAX_PEERS / 2)) this.peers.delete(oldest);
    this.peers.add(`${canonicalAddress(address) ?? address} ${target.port}`);
    socket.send(message.subarray(end), target.port, address, () => undefined);
  }

  /** The first datagram fixes who the client is: the address of its connection, and the port it announced, if it did. */
  private isClient({ address, port }: RemoteInfo): boolean {
    if (this.client === null) {
      const peer = this.control.remoteAddress?.replace(/^::ffff:/, "");
      if (address !== peer || (this.expectedPort !== 0 && this.expectedPort !== port)) return false;
      this.client = { address, port };
    }
    return this.client.address === address && this.client.port === port;
  }

  private outsideOf(type: "udp4" | "udp6"): Promise<UdpSocket> {
    let socket = this.outside.get(type);
    if (socket === undefined) {
      socket = bound(type).then(open => {
        open.on("error", () => undefined);
        open.on("message", (message, from) => this.receive(message, from));
        if (this.closed) open.close();
        return open;
      });
      this.outside.set(type, socket);
    }
    return socket;
  }

  private receive(message: Buffer, from: RemoteInfo): void {
    if (
      this.closed ||
      this.client === null ||
      !this.peers.has(`${canonicalAddress(from.address) ?? from.address} ${from.port}`)
    )
      return;
    const header = Buffer.concat([Buffer.alloc(3), writeAddress({ host: from.address, port: from.port })]);
    this.inside.send(Buffer.concat([header, message]), this.client.port, this.client.address, () => undefined);
  }
}

import type { NetworkPolicyRequest } from "@codex-ts/network-proxy";
import type { NetworkApprovalProtocol } from "@codex-ts/protocol";

/** A host, a protocol and a port: what one answer about the network is about (spec network-proxy.md 6.2). */
export interface HostKey {
  /** In lower case. */
  readonly host: string;
  readonly label: "http" | "https" | "socks5-tcp" | "socks5-udp";
  readonly port: number;
}

type Protocol = NetworkPolicyRequest["protocol"];

const labels: Readonly<Record<Protocol, HostKey["label"]>> = {
  http: "http",
  https_connect: "https",
  socks5_tcp: "socks5-tcp",
  socks5_udp: "socks5-udp",
};

/** The same protocols as clients know them. */
export const wireProtocols: Readonly<Record<HostKey["label"], NetworkApprovalProtocol>> = {
  http: "http",
  https: "https",
  "socks5-tcp": "socks5Tcp",
  "socks5-udp": "socks5Udp",
};

/** The same protocols as rules name them. */
export const ruleProtocols = {
  http: "http",
  https: "https",
  "socks5-tcp": "socks5_tcp",
  "socks5-udp": "socks5_udp",
} as const;

export function hostKey({ host, protocol, port }: NetworkPolicyRequest): HostKey {
  return { host: host.toLowerCase(), label: labels[protocol], port };
}

/** What clients, hooks and the reviewer call it: `http://miss.io:80`. */
export function targetOf({ host, label, port }: HostKey): string {
  return `${label}://${host}:${port}`;
}

/** Item id of the question, and what the ids of hooks' runs end in. */
export function approvalId({ host, label, port }: HostKey): string {
  return `network#${label}#${host}#${port}`;
}

import { lookup } from "node:dns/promises";
import { canonicalAddress, destinationsOf, isLocalLiteral, isNonPublicAddress } from "../hosts/address.ts";
import { normalizeHost } from "../hosts/normalize.ts";
import type { CompiledPolicy } from "../policy/compile.ts";

/** Looks up all addresses of a name. Rejects when there are none. */
export type ResolveHost = (host: string) => Promise<readonly string[]>;

export const systemResolver: ResolveHost = async host => {
  const found = await lookup(host, { all: true, verbatim: true });
  return found.map(({ address }) => address);
};

/** How long a name may take to be looked up. */
const RESOLVE_TIMEOUT_MS = 2000;

export type HostReason = "denied" | "not_allowed" | "not_allowed_local";

/** What the rules say about a host. */
export interface HostVerdict {
  /** In normal form. */
  host: string;
  /** Null: allowed. */
  reason: HostReason | null;
  /**
   * The addresses that were checked: only these may be connected to, so that a name cannot be answered differently the
   * second time. Null where nothing was looked up: local addresses are allowed, and none is denied.
   */
  addresses: readonly string[] | null;
}

/** Judges a host by the rules, in the order of section 4.1. */
export async function judgeHost(
  { policy, allowed, denied, deniedAddresses, namedHosts }: CompiledPolicy,
  rawHost: string,
  resolve: ResolveHost,
): Promise<HostVerdict> {
  const host = normalizeHost(rawHost);
  if (host === "") return { host, reason: "not_allowed", addresses: null };
  const address = canonicalAddress(host);
  const isDenied = (place: string) => deniedAddresses.has(place) || denied.has(place);
  if (denied.has(host) || destinationsOf(host).some(isDenied)) return { host, reason: "denied", addresses: null };
  let addresses: readonly string[] | null = null;
  if (!policy.allowLocalBinding) {
    if (isLocalLiteral(host)) {
      if (!namedHosts.has(host)) return localOnly(host);
    } else if (address !== null) {
      addresses = [address];
    } else {
      const found = await lookUp(host, resolve);
      if (found === null || found.some(isNonPublicAddress)) return localOnly(host);
      addresses = found;
    }
  } else if (address === null && deniedAddresses.size > 0) {
    // A name that is not known here may be known to the next proxy; from here it leads nowhere.
    addresses = (await lookUp(host, resolve)) ?? [];
  }
  if (addresses?.some(found => destinationsOf(found).some(place => deniedAddresses.has(place))) === true) {
    return { host, reason: "denied", addresses: null };
  }
  return { host, reason: allowed.has(host) ? null : "not_allowed", addresses };
}

function localOnly(host: string): HostVerdict {
  return { host, reason: "not_allowed_local", addresses: null };
}

/** The addresses of a name; null when it has none, or takes too long. */
async function lookUp(host: string, resolve: ResolveHost): Promise<readonly string[] | null> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<null>(done => {
    timer = setTimeout(done, RESOLVE_TIMEOUT_MS, null);
  });
  try {
    const found = await Promise.race([resolve(host), timeout]);
    return found === null || found.length === 0 ? null : found;
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
  }
}

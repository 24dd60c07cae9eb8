import { type Config, describeRequirementSource, type Requirements } from "@codex-ts/config";
import type { NetworkProxySpec, SandboxKind } from "@codex-ts/network-proxy";
import { CoreError } from "../errors.ts";
import { SessionNetwork, type SessionNetworkParts } from "./session-network.ts";

/**
 * The network policy that settings and requirements come to; null: nobody manages the network.
 * @throws NetworkProxyError when it contradicts itself or the requirements
 */
export async function networkSpec(
  networkProxy: Config["networkProxy"],
  sandbox: SandboxKind,
  { network }: Pick<Requirements, "network">,
): Promise<NetworkProxySpec | null> {
  if (network === undefined && networkProxy?.enabled !== true) return null;
  const { networkProxySpec } = await import("@codex-ts/network-proxy");
  return networkProxySpec({
    settings: networkProxy,
    requirements: network?.value ?? null,
    sandbox,
    requirementsPath: network === undefined ? null : describeRequirementSource(network.source),
  });
}

/**
 * Starts the managed proxy of a thread, where the permission profile enables one or the requirements demand one; null
 * otherwise.
 * @throws CoreError `bad_request` when the policy contradicts itself or the requirements
 */
export async function startSessionNetwork(
  config: Pick<Config, "networkProxy" | "sandboxPolicy">,
  requirements: Requirements,
  parts: Omit<SessionNetworkParts, "spec">,
): Promise<SessionNetwork | null> {
  if (requirements.network === undefined && config.networkProxy?.enabled !== true) return null;
  const { NetworkProxyError } = await import("@codex-ts/network-proxy");
  try {
    const spec = await networkSpec(config.networkProxy, config.sandboxPolicy.type, requirements);
    return spec === null ? null : await SessionNetwork.start({ ...parts, spec });
  } catch (error) {
    if (!(error instanceof NetworkProxyError)) throw error;
    if (error.code === "constraint") throw new CoreError("bad_request", error.message);
    const why = `failed to start managed network proxy: ${error.message}`;
    throw new CoreError("internal", `Fatal error: Failed to initialize session: ${why}`);
  }
}

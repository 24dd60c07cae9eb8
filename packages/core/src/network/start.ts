import { type Config, ConfigError, describeRequirementSource, type Requirements } from "@codex-ts/config";
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
  requirements: Pick<Requirements, "network">,
): Promise<NetworkProxySpec | null> {
  if (requirements.network === undefined && networkProxy?.enabled !== true) return null;
  const { networkProxySpec } = await import("@codex-ts/network-proxy");
  return networkProxySpec({ settings: networkProxy, sandbox, ...demandsOf(requirements) });
}

/**
 * Refuses settings whose network policy breaks what is fixed of it, whether or not a proxy is wanted. Names that are
 * ill-formed are told when a proxy starts.
 * @throws ConfigError `requirements`
 */
export async function refuseNetworkContradictions({
  config,
  requirements,
}: {
  config: Pick<Config, "networkProxy" | "sandboxPolicy">;
  requirements: Pick<Requirements, "network">;
}): Promise<void> {
  if (requirements.network === undefined && config.networkProxy === null) return;
  const { NetworkProxyError, networkPolicy, NetworkProxySpec } = await import("@codex-ts/network-proxy");
  try {
    void new NetworkProxySpec({
      base: networkPolicy(config.networkProxy ?? {}),
      sandbox: config.sandboxPolicy.type,
      ...demandsOf(requirements),
    });
  } catch (error) {
    if (!(error instanceof NetworkProxyError)) throw error;
    if (error.code === "constraint") throw new ConfigError("requirements", error.message, { cause: error });
  }
}

function demandsOf({ network }: Pick<Requirements, "network">) {
  if (network === undefined) return { requirements: null, requirementsPath: null };
  return { requirements: network.value, requirementsPath: describeRequirementSource(network.source) };
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

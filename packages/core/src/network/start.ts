import { type Config, describeRequirementSource, type Requirements } from "@codex-ts/config";
import { CoreError } from "../errors.ts";
import { SessionNetwork, type SessionNetworkParts } from "./session-network.ts";

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
  const { network } = requirements;
  if (network === undefined && config.networkProxy?.enabled !== true) return null;
  const { NetworkProxyError, networkProxySpec } = await import("@codex-ts/network-proxy");
  try {
    const spec = networkProxySpec({
      settings: config.networkProxy,
      requirements: network?.value ?? null,
      sandbox: config.sandboxPolicy.type,
      requirementsPath: network === undefined ? null : describeRequirementSource(network.source),
    });
    return spec === null ? null : await SessionNetwork.start({ ...parts, spec });
  } catch (error) {
    if (!(error instanceof NetworkProxyError)) throw error;
    const prefix = error.code === "constraint" ? "" : "failed to start managed network proxy: ";
    throw new CoreError("bad_request", `${prefix}${error.message}`);
  }
}

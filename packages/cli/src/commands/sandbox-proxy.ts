import { describeRequirementSource, type LoadedConfig } from "@codex-ts/config";
import type { NetworkProxy } from "@codex-ts/network-proxy";
import type { SandboxContext } from "@codex-ts/sandbox";
import { CliError } from "../errors.ts";
import type { CommandIo } from "../io.ts";

/** Runs a command while its managed network proxy is there, if it has one; the command's environment names it. */
export async function withSandboxProxy<Out>(
  loaded: LoadedConfig,
  io: Pick<CommandIo, "env">,
  context: SandboxContext,
  use: (context: SandboxContext) => Promise<Out>,
): Promise<Out> {
  const proxy = await sandboxProxy(loaded, io);
  if (proxy === null) return await use(context);
  try {
    return await use({ ...context, env: proxy.environment(context.env) });
  } finally {
    await proxy.close();
  }
}

/**
 * The managed network proxy for `codex-ts sandbox`, where the selected permission profile or the requirements want one.
 * The command is only told of it by its environment: this subcommand closes nothing around it (spec: network proxy, 3.3).
 */
async function sandboxProxy(
  { config, requirements }: LoadedConfig,
  io: Pick<CommandIo, "env">,
): Promise<NetworkProxy | null> {
  const { network } = requirements;
  if (network === undefined && config.networkProxy?.enabled !== true) return null;
  const { askAlways, NetworkProxyError, networkProxySpec, startProxy } = await import("@codex-ts/network-proxy");
  try {
    const spec = networkProxySpec({
      settings: config.networkProxy,
      requirements: network?.value ?? null,
      sandbox: config.sandboxPolicy.type,
      requirementsPath: network === undefined ? null : describeRequirementSource(network.source),
    });
    if (spec === null) return null;
    const { policy, constraints } = spec.state;
    return await startProxy(policy, spec.asksByDefault ? askAlways : null, { constraints, parentEnv: () => io.env });
  } catch (error) {
    if (!(error instanceof NetworkProxyError)) throw error;
    throw new CliError(
      `${error.code === "constraint" ? "" : "failed to start managed network proxy: "}${error.message}`,
    );
  }
}

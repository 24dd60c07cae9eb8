import { helperFile } from "./helper-file.ts";
import { helperEnvironment } from "./landlock.ts";
import { type ProxyRoute, rewriteProxy } from "./proxy-routes.ts";
import type { ProxySockets } from "./proxy-sockets.ts";

/** What the bridge inside is told. The proxies' addresses, and the logins in them, stay in the environment. */
export interface BridgeConfig {
  routes: { variable: string; socket: string }[];
  /** How many descriptors from 3 on are for the program. */
  inputs: number;
}

/** A bubblewrap invocation that is to run with nothing but a proxy to reach. */
export interface ProxiedCommand {
  /** The bubblewrap program. */
  program: string;
  /** Arguments of the command's own sandbox; it must not make a network namespace. */
  args: readonly string[];
  env: Readonly<Record<string, string>>;
  inputs: number;
  node: string;
  /** The bridge script, where it does not stand beside this code. */
  bridge?: string | undefined;
}

/**
 * Puts a sandbox into a network of its own. Two bubblewraps, one in the other: the outer one has a network and a process
 * namespace and the whole file system, for the bridge; the inner one is the command's. Neither needs more rights than one.
 */
export function wrapForProxy(
  command: ProxiedCommand,
  routes: readonly ProxyRoute[],
  { paths }: ProxySockets,
): { file: string; args: string[]; env: Record<string, string> } {
  const { program, env } = command;
  const config: BridgeConfig = {
    routes: routes.map(({ variable }) => ({ variable, socket: paths.get(variable) ?? "" })),
    inputs: command.inputs,
  };
  // The bridge puts its own port in the place of this one, which nobody can listen on.
  const unrouted = routes.map(({ variable }) => [variable, rewriteProxy(env[variable] ?? "", 0)]);
  const outer = ["--die-with-parent", "--dev-bind", "/", "/", "--unshare-user", "--unshare-pid", "--unshare-net", "--"];
  const bridge = [command.node, helperFile(command.bridge, "proxy-bridge"), JSON.stringify(config), "--"];
  return {
    file: program,
    args: [...outer, ...bridge, program, ...command.args],
    env: helperEnvironment({ ...env, ...Object.fromEntries(unrouted) }),
  };
}

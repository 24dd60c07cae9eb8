import type { Difference } from "../drive/differences.ts";
import type { CommandCase } from "./command.ts";

interface Allowance {
  readonly case?: RegExp;
  readonly path: RegExp;
  readonly ours?: RegExp;
  readonly reference?: RegExp;
  readonly reason: string;
}

const allowances: readonly Allowance[] = [
  {
    case: /^command mcp$/,
    path: /stderr$/,
    reason: "help is in each program's own words",
  },
  {
    case: /--url .* --env /,
    path: /\.(code|stderr)$/,
    reference: /^1$|command is required/,
    reason: "what does not go together is told as a mistake in the command line",
  },
  {
    path: /mcp (add|remove) [^.]*\.stderr$/,
    ours: /config\.toml:\d+:\d+: .*mcp_servers/,
    reference: /failed to load MCP servers from/,
    reason: "a table that cannot be read is named with its place in the file",
  },
  {
    case: /^command mcp logout h$/,
    path: /./,
    reference: /^1$|^""$|from keyring/,
    reason: "where there is no keyring, there are no tokens in it to be removed",
  },
];

/** Why a difference is no mistake; null when it is one. */
export function explained({ name }: CommandCase, { path, ours, reference }: Difference): string | null {
  const found = allowances.find(
    entry =>
      (entry.case?.test(name) ?? true) &&
      entry.path.test(path) &&
      (entry.ours?.test(JSON.stringify(ours) ?? "") ?? true) &&
      (entry.reference?.test(JSON.stringify(reference) ?? "") ?? true),
  );
  return found?.reason ?? null;
}

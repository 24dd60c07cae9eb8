import process from "node:process";
import { compareAnalytics } from "./analytics/command.ts";
import { compareAppServer } from "./app-server/command.ts";
import { compareRollouts } from "./rollout/command.ts";
import { compareConfigs } from "./config/command.ts";
import { compareCore } from "./core/command.ts";
import { applyPatchParity } from "./apply-patch.ts";
import { execpolicyParity } from "./execpolicy.ts";
import { compareHooks } from "./hooks/command.ts";
import { sandboxParity } from "./sandbox/command.ts";
import { compareMcp } from "./mcp/command.ts";
import { compareMcpCommands } from "./mcp-commands/command.ts";
import { compareProviders } from "./provider/command.ts";
import { compareSchemas } from "./schema/command.ts";

/** A comparison: prints what it found, and tells whether everything is equal. */
type Comparison = (args: readonly string[]) => Promise<boolean>;

const comparisons: Readonly<Record<string, Comparison>> = {
  analytics: compareAnalytics,
  "app-server": compareAppServer,
  "apply-patch": applyPatchParity,
  config: compareConfigs,
  core: compareCore,
  execpolicy: execpolicyParity,
  hooks: compareHooks,
  mcp: compareMcp,
  "mcp-commands": compareMcpCommands,
  provider: compareProviders,
  rollout: compareRollouts,
  sandbox: sandboxParity,
  schema: compareSchemas,
};

const [name = "", ...args] = process.argv.slice(2);
const comparison = Object.hasOwn(comparisons, name) ? comparisons[name] : undefined;
if (comparison === undefined) {
  process.stderr.write(`usage: pnpm parity <${Object.keys(comparisons).join("|")}>\n`);
  process.exitCode = 2;
} else {
  process.exitCode = (await comparison(args)) ? 0 : 1;
}

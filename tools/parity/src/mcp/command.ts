import { compareScenarios } from "../drive/compare.ts";
import { allowed } from "./allowed.ts";
import { scenarios } from "./scenarios.ts";
import { mcpView } from "./view.ts";

/** `pnpm parity mcp [words…]`: turns and direct calls with scripted MCP servers, in both programs. */
export function compareMcp(args: readonly string[]): Promise<boolean> {
  return compareScenarios({ scenarios, view: mcpView, allowed }, args);
}

import type { Config } from "@codex-ts/config";
import { commandSegments, isDangerous, isKnownSafe } from "@codex-ts/shell-command";
import { fileSystemKind } from "../exec/permissions.ts";
import type { ThreadServices } from "../thread/services.ts";
import type { CommandFacts, CommandRules } from "./command-rules.ts";

export async function loadCommandRules(
  _config: Config,
  services: ThreadServices,
  _warn: (m: string) => void,
): Promise<CommandRules> {
  const context = { parser: services.bashParser };
  return {
    requirement(facts: CommandFacts) {
      const { commands, complex } = commandSegments(facts.argv, services.bashParser);
      let amendment: string[] | null = null;
      for (const words of commands) {
        if (!complex && isKnownSafe(words, context)) continue;
        const restricted = fileSystemKind(facts.permissions) === "restricted";
        const asks =
          facts.approvalPolicy === "untrusted" ||
          isDangerous(words, context) ||
          (restricted && facts.sandboxPermissions !== "use_default");
        if (asks) amendment ??= words;
      }
      if (amendment === null) return { requirement: { type: "skip", bypassSandbox: false }, amendment: null };
      if (facts.approvalPolicy === "never") {
        return { requirement: { type: "forbidden", reason: "blocked by policy" }, amendment: null };
      }
      return { requirement: { type: "ask", reason: null }, amendment };
    },
    allowedPrefixes: () => [],
    allowPrefix: () => Promise.reject(new Error("no rules file")),
  };
}

import path from "node:path";
import type { AskForApproval, SandboxPolicy } from "@codex-ts/protocol";
import { compatibleVersion } from "../version.ts";

/** What the header of a human run shows. */
export interface HeaderFacts {
  workdir: string;
  model: string;
  provider: string;
  approval: AskForApproval;
  sandbox: SandboxPolicy;
  reasoningEffort: string | null;
  reasoningSummary: string | null;
  sessionId: string;
}

/** The sandbox in words: `workspace-write [workdir, /tmp, $TMPDIR] (network access enabled)`. */
export function sandboxText(policy: SandboxPolicy, workdir: string): string {
  switch (policy.type) {
    case "dangerFullAccess":
      return "danger-full-access";
    case "readOnly":
      return `read-only${policy.networkAccess ? " (network access enabled)" : ""}`;
    case "externalSandbox":
      return `external-sandbox${policy.networkAccess === "enabled" ? " (network access enabled)" : ""}`;
    case "workspaceWrite": {
      const roots = [
        "workdir",
        ...(policy.excludeSlashTmp ? [] : ["/tmp"]),
        ...(policy.excludeTmpdirEnvVar ? [] : ["$TMPDIR"]),
        ...policy.writableRoots.filter(root => path.resolve(root) !== path.resolve(workdir)),
      ];
      return `workspace-write [${roots.join(", ")}]${policy.networkAccess ? " (network access enabled)" : ""}`;
    }
  }
}

/** The lines above the prompt of a human run. */
export function headerLines(facts: HeaderFacts): { title: string; rows: [string, string][] } {
  return {
    title: `OpenAI Codex v${compatibleVersion} (research preview)`,
    rows: [
      ["workdir", facts.workdir],
      ["model", facts.model],
      ["provider", facts.provider],
      ["approval", typeof facts.approval === "string" ? facts.approval : "granular"],
      ["sandbox", sandboxText(facts.sandbox, facts.workdir)],
      ["reasoning effort", facts.reasoningEffort ?? "none"],
      ["reasoning summaries", facts.reasoningSummary ?? "none"],
      ["session id", facts.sessionId],
    ],
  };
}

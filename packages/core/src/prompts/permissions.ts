import type { AskForApproval } from "@codex-ts/protocol";

/** What the permissions text says: the sandbox in force, who may be asked, and for what. */
export interface PermissionsFacts {
  sandboxMode: "read-only" | "workspace-write" | "danger-full-access" | "external";
  networkEnabled: boolean;
  approvalPolicy: AskForApproval;
  /** Approvals go to the automatic reviewer and not to a person. */
  autoReview: boolean;
  writableRoots: readonly string[];
  /** Command prefixes that are allowed by rule, one a line; null when there are none. */
  approvedPrefixes: string | null;
  /** The `request_permissions` tool is offered. */
  requestPermissionsTool: boolean;
}

export function permissionsFragment(facts: PermissionsFacts): string {
  const sections = [sandboxSentence(facts), approvalSection(facts), writableRootsLine(facts)];
  return `<permissions instructions>\n${sections.filter(text => text !== "").join("\n")}\n</permissions instructions>`;
}

function sandboxSentence(facts: PermissionsFacts): string {
  const network = `Network access is ${facts.networkEnabled ? "enabled" : "restricted"}.`;
  const intro = "Commands run under file-system rules.";
  switch (facts.sandboxMode) {
    case "read-only":
      return `${intro} \`sandbox_mode\` is \`read-only\`: files may be read, nothing may be written. ${network}`;
    case "workspace-write":
      return `${intro} \`sandbox_mode\` is \`workspace-write\`: files may be read everywhere, and written only in the working folder and the writable roots. ${network}`;
    case "danger-full-access":
      return `${intro} \`sandbox_mode\` is \`danger-full-access\`: there is no sandbox, every command has the user's own rights. ${network}`;
    case "external":
      return `${intro} An outer sandbox, not managed here, limits what commands can reach. ${network}`;
  }
}

function approvalSection(facts: PermissionsFacts): string {
  const policy = facts.approvalPolicy;
  if (typeof policy === "object") return withReviewer(granularSection(policy.granular, facts), facts);
  switch (policy) {
    case "never":
      return "Approval policy is `never`: nobody can be asked. Never set `sandbox_permissions`; a command that asks for more rights is refused. Work within the sandbox and report what it does not allow.";
    case "untrusted":
      return withReviewer(
        "Approval policy is `untrusted`: only commands known to be read-only run at once; the user is asked about every other one.",
        facts,
      );
    case "on-failure":
      return withReviewer(
        "Approval policy is `on-failure`: every command runs in the sandbox first; when the sandbox stops it, the user is asked whether it may run without.",
        facts,
      );
    case "on-request":
      return withReviewer(`${ON_REQUEST}${prefixList(facts.approvedPrefixes)}`, facts);
  }
}

const ON_REQUEST = `Approval policy is \`on-request\`: commands run in the sandbox unless you ask for more.
- To run a command outside the sandbox set \`sandbox_permissions\` to \`"require_escalated"\` and give a one-sentence question for the user in \`justification\`.
- Ask when a needed command failed because of the sandbox (writing outside the workspace, network access), when it opens a window, or before something destructive that the user did not request. Do not ask for what works inside the sandbox, and do not announce it in a message first: the call itself asks.
- When the same kind of command will be needed again, propose a short, specific \`prefix_rule\` (such as \`["npm", "run", "test"]\`). Never propose one for shells, interpreters or destructive commands.
- Each part of a command line (split at \`&&\`, \`||\`, \`;\` and \`|\`) is judged by itself.`;

function prefixList(prefixes: string | null): string {
  return prefixes === null ? "" : `\nThese prefixes are already approved:\n${prefixes}`;
}

type Granular = Extract<AskForApproval, object>["granular"];

function granularSection(flags: Granular, facts: PermissionsFacts): string {
  const categories: [string, boolean][] = [
    ["sandbox_approval", flags.sandbox_approval],
    ["rules", flags.rules],
    ["skill_approval", flags.skill_approval],
    ...(facts.requestPermissionsTool
      ? [["request_permissions", flags.request_permissions] satisfies [string, boolean]]
      : []),
    ["mcp_elicitations", flags.mcp_elicitations],
  ];
  const asked = categories.filter(([, on]) => on).map(([name]) => `- \`${name}\``);
  const refused = categories.filter(([, on]) => !on).map(([name]) => `- \`${name}\``);
  const lines = ["Approval policy is `granular`: each kind of approval is either asked or refused by itself."];
  if (asked.length > 0) lines.push("The user is asked for:", ...asked);
  if (refused.length > 0) lines.push("Refused without asking:", ...refused);
  if (flags.sandbox_approval) lines.push(`${ON_REQUEST}${prefixList(facts.approvedPrefixes)}`);
  return lines.join("\n");
}

function withReviewer(text: string, facts: PermissionsFacts): string {
  return facts.autoReview
    ? `${text}\n\`approvals_reviewer\` is \`auto_review\`: an automatic reviewer decides instead of the user. If it refuses, look for a safer way and do not try to get around it.`
    : text;
}

function writableRootsLine(facts: PermissionsFacts): string {
  if (facts.sandboxMode !== "workspace-write" || facts.writableRoots.length === 0) return "";
  const roots = facts.writableRoots.map(root => `\`${root}\``).join(", ");
  return facts.writableRoots.length === 1 ? `The writable root is ${roots}.` : `The writable roots are ${roots}.`;
}

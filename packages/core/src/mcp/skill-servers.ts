import { addMcpServer, type McpServerConfig } from "@codex-ts/config";
import { canonicalMcpServerKey, collectMissingMcpDependencies, mcpPermissionPromptIsAutoApproved } from "@codex-ts/mcp";
import type { Skill } from "../skills/skill.ts";
import type { TurnScope } from "../turn/turn-scope.ts";
import { mcpSandbox } from "./policy.ts";
import type { SessionMcp } from "./session-mcp.ts";
import { logInToSkillServer } from "./skill-server-login.ts";

const QUESTION = "skill_mcp_dependency_install";
const INSTALL = "Install";
const SKIP = "Continue anyway";

/** Clients of the product's own family; others are not asked about installations. */
export function isFirstPartyClient(originator: string): boolean {
  return ["codex_cli_rs", "codex-tui", "codex_vscode"].includes(originator) || originator.startsWith("Codex ");
}

/** Offers to install the MCP servers that the mentioned skills need and that are not there (spec mcp.md 14). Never rejects. */
export async function offerSkillServers(turn: TurnScope, mentioned: readonly Skill[]): Promise<void> {
  const { session } = turn;
  const { mcp, config, services } = session;
  if (mcp === null || config.features["skill_mcp_dependency_install"] === false) return;
  if (!isFirstPartyClient(services.originator)) return;
  const needs = mentioned.map(({ name, dependencies }) => ({ name, tools: dependencies ?? [] }));
  const missing = Object.entries(collectMissingMcpDependencies(needs, mcp.comingServers)).filter(
    ([name, server]) => !mcp.offered.has(canonicalMcpServerKey(name, server)),
  );
  if (missing.length === 0) return;
  const install = await wantsInstallation(
    turn,
    missing.map(([name]) => name),
  );
  for (const [name, server] of missing) mcp.offered.add(canonicalMcpServerKey(name, server));
  if (!install || turn.signal.aborted) return;
  await installServers(turn, mcp, Object.fromEntries(missing));
}

async function wantsInstallation(turn: TurnScope, names: string[]): Promise<boolean> {
  const { approvalPolicy, permissions } = turn.context.settings;
  if (mcpPermissionPromptIsAutoApproved(approvalPolicy, mcpSandbox(permissions))) return true;
  const answer = await turn.ask("item/tool/requestUserInput", {
    itemId: `mcp-deps-${turn.id}`,
    questions: [
      {
        id: QUESTION,
        header: "Install MCP servers?",
        question: `A skill you chose needs MCP servers that are not set up: ${names.join(", ")}. Set them up?`,
        isOther: false,
        isSecret: false,
        options: [
          { label: INSTALL, description: "Add them to your own config.toml and start them." },
          { label: SKIP, description: "Go on without them; this session does not ask again." },
        ],
      },
    ],
  });
  return answer.type === "result" && chose(answer.value, INSTALL);
}

function chose(value: unknown, label: string): boolean {
  const answers: unknown = field(field(field(value, "answers"), QUESTION), "answers");
  return Array.isArray(answers) && answers.includes(label);
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

/** Writes the servers into the person's file, logs in where that is possible, and starts them for this thread at once. */
async function installServers(
  turn: TurnScope,
  mcp: SessionMcp,
  missing: Record<string, McpServerConfig>,
): Promise<void> {
  const { codexHome, env } = turn.session.services;
  const installed: Record<string, McpServerConfig> = {};
  for (const [name, server] of Object.entries(missing)) {
    if (Object.hasOwn(mcp.comingServers, name)) {
      turn.warn(`The MCP server \`${name}\` that a skill needs was not installed: another server has that name.`);
      continue;
    }
    try {
      await addMcpServer({ codexHome, env }, name, server);
      installed[name] = server;
    } catch (error) {
      turn.warn(`The MCP server \`${name}\` that a skill needs was not installed: ${messageOf(error)}`);
    }
  }
  for (const [name, server] of Object.entries(installed)) {
    await logInToSkillServer(turn, mcp, name, server).catch((error: unknown) =>
      turn.warn(`The login to MCP server \`${name}\` failed: ${messageOf(error)}`),
    );
  }
  if (Object.keys(installed).length > 0) await mcp.addNow(installed, turn);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

import { stringify } from "smol-toml";
import { differences } from "../drive/differences.ts";
import type { Wire } from "../drive/wire.ts";
import { Random } from "../random.ts";
import type { Run } from "./command.ts";
import { Pair } from "./pair.ts";
import { Samples, type Schema, spoil, type Table } from "./samples.ts";
import { askAll } from "./sets.ts";

const text: Schema = { type: "string" };
const bool: Schema = { type: "boolean" };
const port: Schema = { type: "integer", minimum: 1, maximum: 65_535 };
const words = (...values: string[]): Schema => ({ enum: values });
const list = (items: Schema): Schema => ({ type: "array", items });
const map = (additionalProperties: Schema): Schema => ({ type: "object", additionalProperties });
const table = (properties: Record<string, Schema>, ...required: string[]): Schema => {
  return { type: "object", properties, required };
};

const policy: Schema = {
  anyOf: [
    words("untrusted", "on-failure", "on-request", "never"),
    words("untrusted", "on-failure", "on-request", "never"),
    table(
      {
        granular: table(
          {
            sandbox_approval: bool,
            rules: bool,
            mcp_elicitations: bool,
            skill_approval: bool,
            request_permissions: bool,
          },
          "sandbox_approval",
          "rules",
          "mcp_elicitations",
        ),
      },
      "granular",
    ),
  ],
};
const modes = list(words("read-only", "read-only", "workspace-write", "danger-full-access", "external-sandbox"));
const group = table(
  { matcher: text, hooks: list(table({ type: words("command"), command: text, timeout: port }, "type", "command")) },
  "hooks",
);

/** What may stand in requirements.toml. */
const schema: Schema = table({
  allowed_approval_policies: list(policy),
  allowed_approvals_reviewers: list(words("user", "auto_review", "guardian_subagent")),
  allowed_sandbox_modes: modes,
  remote_sandbox_config: list(
    table(
      { hostname_patterns: list(words("*", "nowhere.example", "?*")), allowed_sandbox_modes: modes },
      "hostname_patterns",
      "allowed_sandbox_modes",
    ),
  ),
  allowed_web_search_modes: list(words("disabled", "cached", "live")),
  features: table({
    apps: bool,
    undo: bool,
    multi_agent: bool,
    enable_fanout: bool,
    code_mode_only: bool,
    collab: bool,
    auto_review: bool,
    zz: bool,
  }),
  feature_requirements: table({ shell_tool: bool, memories: bool }),
  hooks: table({
    managed_dir: text,
    windows_managed_dir: text,
    PreToolUse: list(group),
    Stop: list(group),
    SessionStart: list(group),
  }),
  mcp_servers: map(
    table({ identity: { anyOf: [table({ command: text }, "command"), table({ url: text }, "url")] } }, "identity"),
  ),
  apps: map(table({ enabled: bool })),
  rules: table(
    {
      prefix_rules: list(
        table(
          {
            pattern: list({ anyOf: [table({ token: text }, "token"), table({ any_of: list(text) }, "any_of")] }),
            decision: words("prompt", "forbidden", "forbidden", "allow"),
            justification: text,
          },
          "pattern",
        ),
      ),
    },
    "prefix_rules",
  ),
  enforce_residency: words("us"),
  experimental_network: table({
    enabled: bool,
    http_port: port,
    socks_port: port,
    allow_upstream_proxy: bool,
    dangerously_allow_all_unix_sockets: bool,
    domains: map(words("allow", "deny")),
    managed_allowed_domains_only: bool,
    unix_sockets: map(words("allow", "none")),
    allow_local_binding: bool,
    allowed_domains: list(text),
    denied_domains: list(text),
    allow_unix_sockets: list(text),
  }),
  permissions: table({
    filesystem: table({ deny_read: list(words("/secret", "./rel", "~/x/**/*.pem", "/a/*/b", "~", "*.key", "/")) }),
  }),
  guardian_policy_config: text,
  unknown_key: text,
});

/** What a person sets, as far as it is constrained. */
const settings: Schema = table({
  approval_policy: policy,
  approvals_reviewer: words("user", "auto_review", "guardian_subagent"),
  sandbox_mode: words("read-only", "workspace-write", "danger-full-access"),
  web_search: words("disabled", "cached", "live"),
  features: table({ apps: bool, undo: bool, multi_agent: bool, enable_fanout: bool }),
});
const managed: Schema = table({
  approval_policy: words("never", "on-request"),
  approvals_reviewer: words("user", "auto_review"),
  sandbox_mode: words("read-only", "workspace-write", "danger-full-access"),
});

/** Generated requirements against generated settings: what is read, and what a thread starts with. */
export async function compareRequirements({ stage, verdicts, seed, count, wanted }: Run): Promise<void> {
  const pair = await Pair.start(stage, []);
  try {
    for (let n = 0; n < count; n++) {
      if (!wanted(n)) continue;
      const random = new Random(seed * 100_003 + n);
      const files = filesOf(random);
      stage.dress({ files, description: "" });
      const found = [...(await askAll(pair, stage.work)), ...(await startThreads(pair, stage.work))];
      verdicts.add(`case ${n}`, found, files);
    }
  } finally {
    await pair.close();
  }
}

function filesOf(random: Random): Record<string, string> {
  const some = (from: Schema, most: number): Table => {
    const samples = new Samples(from, random);
    const made = samples.table(random.list(0, most, () => random.pick(Object.keys(from.properties ?? {}))));
    if (random.chance(0.12)) spoil(made, random);
    return made;
  };
  const required = some(schema, 4);
  const network = required["experimental_network"] as Table | undefined;
  // Both forms in one block are refused; seldom, so that the rest is seen, too.
  if (network !== undefined && typeof network === "object" && random.chance(0.8)) {
    for (const name of ["allowed_domains", "denied_domains", "allow_unix_sockets"]) delete network[name];
  }
  return {
    "home/config.toml": stringify(some(settings, 4)),
    ...(random.chance(0.9) ? { "etc/requirements.toml": stringify(required) } : {}),
    ...(random.chance(0.25) ? { "etc/managed_config.toml": stringify(some(managed, 2)) } : {}),
  };
}

async function startThreads(pair: Pair, work: string) {
  const told = await Promise.all(pair.wires.map(wire => startThread(wire, work)));
  return differences(told[0], told[1], "thread/start");
}

/** What a new thread may do, and what its client is warned of. */
async function startThread(wire: Wire, work: string): Promise<unknown> {
  const from = wire.messages.length;
  const { result, error } = await wire.call("thread/start", { cwd: work, ephemeral: true });
  if (result === undefined) return { error: error?.["message"] };
  const { approvalPolicy, approvalsReviewer, sandbox, permissionProfile, thread } = result as Record<string, unknown>;
  const { id } = thread as { id: string };
  await wire.until(message => message.method === "thread/started", from);
  await quiet(wire);
  const warnings = wire.messages
    .slice(from)
    .filter(({ method, params }) => method === "warning" && params?.["threadId"] === id)
    .map(({ params }) => params?.["message"]);
  await wire.call("thread/unsubscribe", { threadId: id });
  return { approvalPolicy, approvalsReviewer, sandbox, permissionProfile, warnings };
}

/** Waits until a program has said nothing for a while. */
async function quiet(wire: Wire): Promise<void> {
  for (let heard = -1; heard !== wire.messages.length; ) {
    heard = wire.messages.length;
    await new Promise(resolve => setTimeout(resolve, 250));
  }
}

import { stringify } from "smol-toml";
import type { Random } from "../random.ts";
import { Samples, type Schema, spoil, type Table } from "./samples.ts";

/** One set of layers: files by their place, and what is asked about them. */
export interface LayerSet {
  /** Below the stage's folder: `home/…`, `etc/…`, `work/…`. */
  readonly files: Readonly<Record<string, string>>;
  readonly description: string;
}

/** Settings that name files which must exist; rare, as most cases would end at them. */
const NEEDS_FILES = new Set([
  "model_catalog_json",
  "model_instructions_file",
  "experimental_compact_prompt_file",
  "experimental_realtime_ws_startup_context",
]);
/** Left out: generated values make a run talk to other machines or say nothing about layers. */
const LEFT_OUT = new Set(["experimental_thread_config_endpoint", "experimental_thread_store_endpoint"]);
const PATHS = [":root", ":project_roots", ":minimal", "/abs/p", "~/q", ":tmpdir"];

/** The layer set of one seed: up to five files and, with some probability, one thing that is wrong. */
export function layerSet(schema: Schema, random: Random, work: string): LayerSet {
  const samples = new Samples(schema, random);
  const names = Object.keys(schema.properties ?? {}).filter(name => !LEFT_OUT.has(name));
  const files: Record<string, string> = {};
  const said: string[] = [];
  const some = (most: number): Table => {
    const chosen = random
      .list(1, most, () => random.pick(names))
      .filter(name => !NEEDS_FILES.has(name) || random.chance(0.1));
    return plausible(samples.table(chosen), random);
  };
  const write = (place: string, table: Table): void => {
    files[place] = `# ${place}\n${stringify(table)}\n`;
    said.push(place);
  };

  const user = some(9);
  if (random.chance(0.8)) user["projects"] = { [work]: { trust_level: random.chance(0.8) ? "trusted" : "untrusted" } };
  if (random.chance(0.3)) Object.assign(user, aliases(random));
  if (random.chance(0.2)) user["project_root_markers"] = random.pick<string[]>([[], [".git"], [".hg", "marker"]]);
  if (random.chance(0.3)) {
    user["profiles"] = { p: profileOf(some(5), schema) };
    user["profile"] = random.chance(0.9) ? "p" : "missing";
  }
  if (random.chance(0.25) && spoil(user, random)) said.push("spoilt");
  write("home/config.toml", user);
  if (random.chance(0.5)) write("etc/config.toml", some(5));
  if (random.chance(0.25)) write("etc/managed_config.toml", some(3));
  if (random.chance(0.3)) write("etc/requirements.toml", requirements(random));
  if (random.chance(0.6)) write("work/.codex/config.toml", some(5));
  if (random.chance(0.4)) {
    const inner = some(4);
    if (random.chance(0.1) && spoil(inner, random)) said.push("spoilt project");
    write("work/sub/.codex/config.toml", inner);
  }
  return { files, description: said.join(" + ") };
}

/** Entries whose fields depend on each other get a shape that people write. */
export function plausible(table: Table, random: Random): Table {
  const servers = (table["mcp_servers"] ?? {}) as Table;
  for (const server of Object.values(servers) as Table[]) {
    const http = random.chance(0.5);
    const foreign = http
      ? ["command", "args", "env", "env_vars", "cwd"]
      : ["url", "bearer_token_env_var", "http_headers", "env_http_headers", "oauth_resource"];
    for (const field of foreign) delete server[field];
    // Ours alone.
    delete server["permissions"];
    if (http) server["url"] = "http://127.0.0.1:9/";
    else server["command"] = "cmd";
    const vars = server["env_vars"];
    if (Array.isArray(vars)) {
      for (const entry of vars) if (typeof entry === "object") Object.assign(entry, { source: "local" });
    }
  }
  const providers = (table["model_providers"] ?? {}) as Table;
  for (const provider of Object.values(providers) as Table[]) {
    provider["name"] = "named";
    delete provider["aws"];
    if (random.chance(0.8)) delete provider["auth"];
  }
  const permissions = (table["permissions"] ?? {}) as Table;
  for (const profile of Object.values(permissions) as Table[]) {
    const rules = profile["filesystem"];
    if (typeof rules !== "object" || Array.isArray(rules)) continue;
    for (const name of Object.keys(rules)) {
      if (name === "glob_scan_max_depth") continue;
      const rule = rules[name];
      delete rules[name];
      rules[random.pick(PATHS)] = typeof rule === "string" ? rule : "read";
    }
  }
  if (Object.keys(permissions).length > 0 && random.chance(0.8)) {
    table["default_permissions"] = Object.keys(permissions)[0] as string;
  } else if (random.chance(0.9)) {
    delete table["default_permissions"];
  }
  const agents = (table["agents"] ?? {}) as Table;
  // Newer than the reference, which takes them for roles.
  for (const name of ["interrupt_message", "max_concurrent_threads_per_session"]) delete agents[name];
  const notBoth = (name: string, older: string, newer: string): void => {
    const holder = (table[name] ?? {}) as Table;
    if (Object.hasOwn(holder, newer)) delete holder[older];
  };
  notBoth("memories", "no_memories_if_mcp_or_web_search", "disable_on_external_context");
  notBoth("ghost_snapshot", "ignore_untracked_files_over_bytes", "ignore_large_untracked_files");
  notBoth("ghost_snapshot", "large_untracked_dir_warning_threshold", "ignore_large_untracked_dirs");
  if (typeof table["model_provider"] === "string" && random.chance(0.9)) table["model_provider"] = "openai";
  if (typeof table["oss_provider"] === "string") table["oss_provider"] = "ollama";
  if (random.chance(0.95)) delete table["profile"];
  delete table["profiles"];
  return table;
}

function profileOf(table: Table, schema: Schema): Table {
  const profiles = schema.properties?.["profiles"]?.additionalProperties;
  const reference = typeof profiles === "object" ? (profiles.$ref ?? profiles.allOf?.[0]?.$ref) : undefined;
  const known =
    reference === undefined ? {} : schema.definitions?.[reference.slice("#/definitions/".length)]?.properties;
  return Object.fromEntries(Object.entries(table).filter(([name]) => Object.hasOwn(known ?? {}, name)));
}

/** Older spellings, unknown keys, and features in both spellings. */
function aliases(random: Random): Table {
  return random.pick<Table>([
    { memories: { no_memories_if_mcp_or_web_search: true } },
    { features: { collab: false, multi_agent: true, connectors: false, apps: true } },
    { features: { multi_agent_v2: { enabled: true, usage_hint_text: "t" }, zz: true } },
    { approvals_reviewer: "auto_review" },
    { unknown_key: { a: [1, { b: "c" }] } },
    { tui: { them: "x", terminal_title: [] } },
    { ghost_snapshot: { ignore_untracked_files_over_bytes: 5 } },
    { otel: { exporter: { "otlp-http": { endpoint: "http://h", protocol: "json", headers: {} } } } },
    { shell_environment_policy: { inherit: "core", set: { A: "1" } } },
    { approval_policy: { granular: { sandbox_approval: true, rules: false, mcp_elicitations: true } } },
  ]);
}

function requirements(random: Random): Table {
  return random.pick<Table>([
    { allowed_approval_policies: ["never", "on-request"] },
    { allowed_approval_policies: [] },
    { allowed_sandbox_modes: ["read-only", "workspace-write"] },
    { allowed_sandbox_modes: ["workspace-write"] },
    { allowed_web_search_modes: ["cached"] },
    { allowed_approvals_reviewers: ["guardian_subagent", "user"] },
    { features: { apps: false, zz: true } },
    { features: { multi_agent: true, enable_fanout: true } },
    { enforce_residency: "us" },
    { mcp_servers: { alpha: { identity: { command: "cmd" } } } },
    { experimental_network: { enabled: true, allowed_domains: ["a", "b"], denied_domains: ["b"] } },
    { experimental_network: { domains: { a: "allow" }, unix_sockets: { "/s": "none" } } },
    { experimental_network: { domains: { a: "allow" }, allowed_domains: ["a"] } },
    { apps: { x: { enabled: false } } },
    { guardian_policy_config: "policy" },
    { permissions: { filesystem: { deny_read: ["/secret", "~/x/**/*.pem"] } } },
    { rules: { prefix_rules: [{ pattern: [{ token: "rm" }], decision: "forbidden" }] } },
    { rules: { prefix_rules: [{ pattern: [{ token: "rm" }], decision: "allow" }] } },
  ]);
}

import type { Env } from "../providers/builtin.ts";
import type { ProviderDefinition } from "../providers/definition.ts";

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Whether a header can be sent as it stands. */
export function isHeaderSafe(name: string, value: string): boolean {
  return TOKEN.test(name) && VALUE.test(value);
}

/** Static headers, then those from the environment; what cannot be sent is left out without a word. */
export function providerHeaders(
  provider: Pick<ProviderDefinition, "httpHeaders" | "envHttpHeaders">,
  env: Env,
): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(provider.httpHeaders ?? {})) {
    if (isHeaderSafe(name, value)) headers[name.toLowerCase()] = value;
  }
  for (const [name, variable] of Object.entries(provider.envHttpHeaders ?? {})) {
    const value = env[variable];
    if (value !== undefined && value.trim() !== "" && isHeaderSafe(name, value)) headers[name.toLowerCase()] = value;
  }
  return headers;
}

const SECRET_NAME = /key|token|auth|secret|cookie|password|signature|\bsig\b/i;

/** Values of a provider's headers and query that look like credentials, by their names. */
export function providerSecrets(provider: ProviderDefinition, env: Env): string[] {
  const fromEnv = Object.entries(provider.envHttpHeaders ?? {}).map(
    ([name, variable]) => [name, env[variable] ?? ""] as const,
  );
  return [...Object.entries(provider.httpHeaders ?? {}), ...Object.entries(provider.queryParams ?? {}), ...fromEnv]
    .filter(([name, value]) => SECRET_NAME.test(name) && value !== "")
    .map(([, value]) => value);
}

export interface SessionFacts {
  threadId: string;
  /** 0 at the start, +1 after each compaction. */
  windowGeneration: number;
  /** Enabled features in stage experimental, in the registry's order. */
  betaFeatures?: readonly string[];
  /** `review`, `compact`, `memory_consolidation`, `collab_spawn` or a label; absent for a session of a user. */
  subagent?: string | null;
  parentThreadId?: string | null;
  /** Compact JSON of `turnMetadata`. */
  turnMetadata?: string | null;
}

/** The headers that tie a request to its thread and turn. */
export function sessionHeaders(facts: SessionFacts): Record<string, string> {
  const headers: Record<string, string> = {};
  const add = (name: string, value: string | null | undefined) => {
    if (value && isPrintable(value)) headers[name] = value;
  };
  add("x-codex-beta-features", facts.betaFeatures?.join(","));
  add("x-codex-turn-metadata", facts.turnMetadata);
  add("x-openai-subagent", facts.subagent);
  if (facts.subagent === "memory_consolidation") headers["x-openai-memgen-request"] = "true";
  add("x-codex-parent-thread-id", facts.parentThreadId);
  add("x-codex-window-id", `${facts.threadId}:${facts.windowGeneration}`);
  add("x-client-request-id", facts.threadId);
  add("session_id", facts.threadId);
  return headers;
}

/** Printable ASCII only: what every proxy on the way accepts. */
function isPrintable(value: string): boolean {
  return /^[\x20-\x7e]*$/.test(value);
}

export interface UserAgentFacts {
  originator: string;
  version: string;
  os: string;
  osVersion: string;
  arch: string;
  terminal: string;
  client?: { name: string; version: string } | null;
}

/** `<originator>/<version> (<os> <os version>; <arch>) <terminal>[ (<client>; <version>)]`, anything unprintable as `_`. */
export function userAgent(facts: UserAgentFacts): string {
  const { originator, version, os, osVersion, arch, terminal, client } = facts;
  const suffix = client ? ` (${client.name}; ${client.version})` : "";
  return `${originator}/${version} (${os} ${osVersion}; ${arch}) ${terminal}${suffix}`.replace(/[^\x20-\x7e]/g, "_");
}

export interface TurnMetadataFacts {
  /** Absent where a request belongs to no session. */
  sessionId?: string;
  /** `user` or `subagent`; null leaves it out. */
  threadSource?: string | null;
  turnId?: string;
  workspaces?: Record<
    string,
    { associated_remote_urls?: Record<string, string>; latest_git_commit_hash?: string; has_changes?: boolean }
  > | null;
  sandbox?: string | null;
  /** The client's own pairs; keys that are taken are left out. */
  extra?: Record<string, string>;
}

/** Compact JSON for `x-codex-turn-metadata`. */
export function turnMetadata(facts: TurnMetadataFacts): string {
  const own = {
    ...(facts.sessionId === undefined ? {} : { session_id: facts.sessionId }),
    ...(facts.threadSource ? { thread_source: facts.threadSource } : {}),
    ...(facts.turnId === undefined ? {} : { turn_id: facts.turnId }),
    ...(facts.workspaces && Object.keys(facts.workspaces).length > 0 ? { workspaces: facts.workspaces } : {}),
    ...(facts.sandbox ? { sandbox: facts.sandbox } : {}),
  };
  const extra = Object.entries(facts.extra ?? {}).filter(([key]) => !Object.hasOwn(own, key));
  return JSON.stringify({ ...own, ...Object.fromEntries(extra) });
}

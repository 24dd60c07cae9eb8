import type { ToolInfo } from "../tools/tool-info.ts";
import { HASH_SUFFIX_LENGTH, hashSuffix, MAX_TOOL_NAME_LENGTH, sanitizeName } from "./sanitize.ts";

interface Candidate {
  info: ToolInfo;
  namespaceId: string;
  toolId: string;
  namespace: string;
  name: string;
}

const NUL = "\0";

/**
 * Gives every tool a namespace and a name that the model server takes and that no other tool has: sanitised, told apart by a hash where
 * two would be the same, at most 64 characters together. The same tools get the same names whatever the order they came in.
 * Returns the tools sorted by their identity, each with its new `callableNamespace` and `callableName`.
 */
export function qualifyTools(tools: readonly ToolInfo[]): ToolInfo[] {
  const candidates = distinct(tools);
  separateNamespaces(candidates);
  separateNames(candidates);
  const used = new Set<string>();
  return candidates.sort(byToolId).map(candidate => {
    const { namespace, name } = fit(candidate, used);
    used.add(key(namespace, name));
    return { ...candidate.info, callableNamespace: namespace, callableName: name };
  });
}

function distinct(tools: readonly ToolInfo[]): Candidate[] {
  const byId = new Map<string, Candidate>();
  for (const info of tools) {
    const namespaceId = [info.serverName, info.callableNamespace, info.connectorId ?? ""].join(NUL);
    const toolId = [namespaceId, info.callableName, info.tool.name].join(NUL);
    if (byId.has(toolId)) continue;
    byId.set(toolId, {
      info,
      namespaceId,
      toolId,
      namespace: sanitizeName(info.callableNamespace),
      name: sanitizeName(info.callableName),
    });
  }
  return [...byId.values()];
}

/** Namespaces that different servers (or apps) share get the hash of who they belong to. */
function separateNamespaces(candidates: readonly Candidate[]): void {
  const shared = sharedKeys(candidates, ({ namespace, namespaceId }) => [namespace, namespaceId]);
  for (const candidate of candidates) {
    if (!shared.has(candidate.namespace)) continue;
    const hash = hashSuffix(candidate.namespaceId);
    candidate.namespace = candidate.namespace.endsWith("__")
      ? `${candidate.namespace.slice(0, -2)}${hash}__`
      : `${candidate.namespace}${hash}`;
  }
}

function separateNames(candidates: readonly Candidate[]): void {
  const shared = sharedKeys(candidates, ({ namespace, name, toolId }) => [key(namespace, name), toolId]);
  for (const candidate of candidates) {
    if (shared.has(key(candidate.namespace, candidate.name))) candidate.name += hashSuffix(candidate.toolId);
  }
}

/** The keys under which more than one identity stands. */
function sharedKeys(candidates: readonly Candidate[], entry: (of: Candidate) => [string, string]): Set<string> {
  const first = new Map<string, string>();
  const shared = new Set<string>();
  for (const candidate of candidates) {
    const [name, identity] = entry(candidate);
    const known = first.get(name);
    if (known === undefined) first.set(name, identity);
    else if (known !== identity) shared.add(name);
  }
  return shared;
}

function fit(candidate: Candidate, used: ReadonlySet<string>): { namespace: string; name: string } {
  const { namespace, name, toolId } = candidate;
  if (namespace.length + name.length <= MAX_TOOL_NAME_LENGTH && !used.has(key(namespace, name))) {
    return { namespace, name };
  }
  for (let attempt = 0; ; attempt++) {
    const suffix = hashSuffix(attempt === 0 ? toolId : `${toolId}${NUL}${attempt}`);
    const room = MAX_TOOL_NAME_LENGTH - namespace.length;
    const short =
      room >= HASH_SUFFIX_LENGTH
        ? { namespace, name: name.slice(0, room - HASH_SUFFIX_LENGTH) + suffix }
        : { namespace: namespace.slice(0, MAX_TOOL_NAME_LENGTH - HASH_SUFFIX_LENGTH), name: suffix };
    if (!used.has(key(short.namespace, short.name))) return short;
  }
}

function key(namespace: string, name: string): string {
  return `${namespace}${NUL}${name}`;
}

function byToolId(a: Candidate, b: Candidate): number {
  return a.toolId < b.toolId ? -1 : a.toolId > b.toolId ? 1 : 0;
}

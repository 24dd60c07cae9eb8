import type { DynamicToolSpec } from "@codex-ts/protocol";
import { invalidRequest } from "../errors.ts";
import { schemaMistake } from "./tool-schema.ts";

/** Checks the tools that a client brings along. The first failure wins; names are unique in their namespace. @throws RpcError */
export function checkDynamicTools(specs: readonly DynamicToolSpec[]): void {
  const seen = new Set<string>();
  for (const { name, namespace, inputSchema, deferLoading } of specs) {
    if (name.trim() === "") throw invalidRequest("dynamic tool name must not be empty");
    if (name.trim() !== name) throw invalidRequest(`dynamic tool name has leading/trailing whitespace: ${name}`);
    if (isReserved(name)) throw invalidRequest(`dynamic tool name is reserved: ${name}`);
    if (typeof namespace === "string") checkNamespace(name, namespace);
    const key = `${namespace ?? ""}\0${name}`;
    if (seen.has(key)) {
      const where = typeof namespace === "string" ? ` in namespace ${namespace}` : "";
      throw invalidRequest(`duplicate dynamic tool name${where}: ${name}`);
    }
    seen.add(key);
    if (deferLoading === true && typeof namespace !== "string") {
      throw invalidRequest(`deferred dynamic tool must include a namespace: ${name}`);
    }
    const mistake = schemaMistake(inputSchema);
    if (mistake !== null) {
      throw invalidRequest(`dynamic tool input schema is not supported for ${name}: ${mistake}`);
    }
  }
}

function checkNamespace(name: string, namespace: string): void {
  if (namespace.trim() === "") throw invalidRequest(`dynamic tool namespace must not be empty for ${name}`);
  if (namespace.trim() !== namespace) {
    throw invalidRequest(`dynamic tool namespace has leading/trailing whitespace for ${name}: ${namespace.trim()}`);
  }
  if (isReserved(namespace)) throw invalidRequest(`dynamic tool namespace is reserved for ${name}: ${namespace}`);
}

const isReserved = (name: string) => name === "mcp" || name.startsWith("mcp__");

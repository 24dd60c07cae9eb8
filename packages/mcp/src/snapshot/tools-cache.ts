import { createHash, randomUUID } from "node:crypto";
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createFolders } from "@codex-ts/apply-patch/node";
import type { AppsToolsCache } from "../connection/manager-options.ts";
import type { McpAuth } from "../servers/mcp-config.ts";
import { type ToolInfo, toolInfoFromJson, toolInfoToJson } from "../tools/tool-info.ts";

/** Whose tools a cache file holds. */
export interface CodexAppsToolsCacheKey {
  accountId: string | null;
  chatgptUserId: string | null;
  isWorkspaceAccount: boolean;
}

const SCHEMA_VERSION = 2;

export function codexAppsToolsCacheKey(auth: McpAuth | null): CodexAppsToolsCacheKey {
  return {
    accountId: auth?.accountId ?? null,
    chatgptUserId: auth?.chatgptUserId ?? null,
    isWorkspaceAccount: auth?.isWorkspaceAccount ?? false,
  };
}

/** The file of this key's tools. */
export function codexAppsToolsCachePath(codexHome: string, key: CodexAppsToolsCacheKey): string {
  const json = JSON.stringify({
    account_id: key.accountId,
    chatgpt_user_id: key.chatgptUserId,
    is_workspace_account: key.isWorkspaceAccount,
  });
  return join(codexHome, "cache", "codex_apps_tools", `${createHash("sha1").update(json).digest("hex")}.json`);
}

/** What a cache file says; null for another version and for what cannot be read. */
export function parseToolsCache(text: string): ToolInfo[] | null {
  try {
    const cache: unknown = JSON.parse(text);
    if (typeof cache !== "object" || cache === null || Reflect.get(cache, "schema_version") !== SCHEMA_VERSION)
      return null;
    const tools: unknown = Reflect.get(cache, "tools");
    if (!Array.isArray(tools)) return null;
    const read = tools.map(toolInfoFromJson);
    return read.every(tool => tool !== null) ? read : null;
  } catch {
    return null;
  }
}

export function formatToolsCache(tools: readonly ToolInfo[]): string {
  return JSON.stringify({ schema_version: SCHEMA_VERSION, tools: tools.map(toolInfoToJson) }, null, 2);
}

/** The file of this key as a cache for connections. The key is asked for when it is needed. */
export function codexAppsToolsCache(codexHome: string, key: () => Promise<CodexAppsToolsCacheKey>): AppsToolsCache {
  return {
    load: async () => loadToolsCache(codexHome, await key()),
    save: async tools => {
      const file = codexAppsToolsCachePath(codexHome, await key());
      // A half-written file is read by nobody.
      const draft = `${file}.${randomUUID()}`;
      try {
        await createFolders(dirname(file));
        await writeFile(draft, formatToolsCache(tools), { mode: 0o600 });
        await rename(draft, file);
      } catch {
        await rm(draft, { force: true }).catch(() => {});
      }
    },
  };
}

/** The cached tools; null when there are none that can be used. Never rejects. */
export async function loadToolsCache(codexHome: string, key: CodexAppsToolsCacheKey): Promise<ToolInfo[] | null> {
  const text = await readFile(codexAppsToolsCachePath(codexHome, key), "utf8").catch(() => null);
  return text === null ? null : parseToolsCache(text);
}

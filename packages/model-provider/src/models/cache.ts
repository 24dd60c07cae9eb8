import { randomBytes } from "node:crypto";
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { createFolders } from "@codex-ts/apply-patch/node";
import { isObject } from "../wire.ts";
import type { ModelInfo } from "./info.ts";
import { parseModels } from "./parse.ts";

/** A list of models that was fetched before. */
export interface CachedModels {
  /** Milliseconds since the epoch. */
  fetchedAt: number;
  etag: string | null;
  clientVersion: string;
  models: ModelInfo[];
}

/** Where the list is kept between runs. A cache never fails: what cannot be read or written is as if it were not there. */
export interface ModelsCache {
  load(): Promise<CachedModels | null>;
  save(cached: CachedModels): Promise<void>;
}

/** `CODEX_HOME/models_cache.json`. */
export function fileModelsCache(codexHome: string): ModelsCache {
  const file = path.join(codexHome, "models_cache.json");
  return {
    load: async () => {
      try {
        const json: unknown = JSON.parse(await readFile(file, "utf8"));
        if (!isObject(json) || typeof json.fetched_at !== "string" || typeof json.client_version !== "string")
          return null;
        const fetchedAt = Date.parse(json.fetched_at);
        if (Number.isNaN(fetchedAt)) return null;
        const etag = typeof json.etag === "string" ? json.etag : null;
        return { fetchedAt, etag, clientVersion: json.client_version, models: parseModels(json, file) };
      } catch {
        return null;
      }
    },
    save: async ({ fetchedAt, etag, clientVersion, models }) => {
      const json = { fetched_at: new Date(fetchedAt).toISOString(), etag, client_version: clientVersion, models };
      const temporary = `${file}.${randomBytes(6).toString("hex")}.tmp`;
      try {
        await createFolders(codexHome);
        await writeFile(temporary, JSON.stringify(json, null, 2));
        await rename(temporary, file);
      } catch {
        await rm(temporary, { force: true }).catch(() => {});
      }
    },
  };
}

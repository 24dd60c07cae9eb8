import { randomBytes } from "node:crypto";
import { chmod, open, readFile, rename, rm } from "node:fs/promises";
import path from "node:path";
import { createFolders } from "@codex-ts/apply-patch/node";
import { isObject } from "../wire.ts";

/** The contents of `auth.json`. */
export interface StoredAuth {
  auth_mode?: string;
  OPENAI_API_KEY?: string | null;
  tokens?: StoredTokens | null;
  /** RFC 3339. */
  last_refresh?: string | null;
}

export interface StoredTokens {
  id_token: string;
  access_token: string;
  refresh_token: string;
  account_id?: string | null;
}

/** Where logins are kept. */
export interface AuthStore {
  /** @throws {AuthStoreError} something is stored that cannot be read */
  load(): Promise<StoredAuth | null>;
  save(auth: StoredAuth): Promise<void>;
  /** @returns whether there was something to delete */
  clear(): Promise<boolean>;
}

/** Stored logins that cannot be read or written. */
export class AuthStoreError extends Error {
  override readonly name = "AuthStoreError";
  readonly code = "auth_store_unusable";
}

/** `CODEX_HOME/auth.json`, readable by its owner alone, replaced in one step. */
export function fileAuthStore(codexHome: string): AuthStore {
  const file = path.join(codexHome, "auth.json");
  return {
    load: async () => {
      const text = await readText(file);
      return text === null ? null : parseAuth(text, file);
    },
    save: async auth => {
      await createFolders(codexHome);
      const temporary = `${file}.${randomBytes(6).toString("hex")}.tmp`;
      try {
        const handle = await open(temporary, "wx", 0o600);
        try {
          await handle.writeFile(JSON.stringify(auth, null, 2));
          await handle.sync();
        } finally {
          await handle.close();
        }
        // The mode above is subject to the umask, which may only take rights away; an old file's mode does not matter.
        await chmod(temporary, 0o600);
        await rename(temporary, file);
      } catch (error) {
        await rm(temporary, { force: true });
        throw new AuthStoreError(`cannot write ${file}: ${codeOf(error)}`);
      }
    },
    clear: async () => {
      try {
        await rm(file);
        return true;
      } catch (error) {
        if (codeOf(error) === "ENOENT") return false;
        throw new AuthStoreError(`cannot delete ${file}: ${codeOf(error)}`);
      }
    },
  };
}

async function readText(file: string): Promise<string | null> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return null;
    throw new AuthStoreError(`cannot read ${file}: ${codeOf(error)}`);
  }
}

function codeOf(error: unknown): string {
  const code = (error as { code?: unknown }).code;
  return typeof code === "string" ? code : "unknown error";
}

/** Kinds of logins. */
const MODES: ReadonlySet<unknown> = new Set(["apikey", "chatgpt", "chatgptAuthTokens", "agentIdentity"]);

/** @throws {AuthStoreError} without quoting the text, which is full of secrets */
export function parseAuth(text: string, where: string): StoredAuth {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new AuthStoreError(`${where} is not valid JSON. Log in again, or delete it.`);
  }
  if (!isObject(json)) throw new AuthStoreError(`${where} holds no JSON object. Log in again, or delete it.`);
  const { tokens, auth_mode } = json;
  if (auth_mode !== undefined && auth_mode !== null && !MODES.has(auth_mode)) {
    throw new AuthStoreError(`${where} holds a login of a kind that is not known. Log in again, or delete it.`);
  }
  const complete =
    isObject(tokens) && ["id_token", "access_token", "refresh_token"].every(key => typeof tokens[key] === "string");
  if (tokens !== undefined && tokens !== null && !complete) {
    throw new AuthStoreError(`${where} has incomplete tokens. Log in again.`);
  }
  return json as StoredAuth;
}

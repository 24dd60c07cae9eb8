import { createHash, randomBytes } from "node:crypto";
import { chmod, open, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createFolders } from "@codex-ts/apply-patch/node";
import { McpError } from "../errors.ts";

/** The login of one server. */
export interface StoredLogin {
  serverName: string;
  url: string;
  clientId: string;
  accessToken: string;
  refreshToken: string | null;
  /** Milliseconds since the epoch; null: it does not say. */
  expiresAt: number | null;
  scopes: string[];
}

export interface CredentialStore {
  load(server: string, url: string): Promise<StoredLogin | null>;
  save(login: StoredLogin): Promise<void>;
  /** False: there was none. */
  remove(server: string, url: string): Promise<boolean>;
}

/** The operating system's keyring, as far as it is needed here. */
export interface Keyring {
  get(service: string, account: string): Promise<string | null>;
  set(service: string, account: string, secret: string): Promise<void>;
  remove(service: string, account: string): Promise<boolean>;
}

export type CredentialStoreMode = "auto" | "file" | "keyring";

const SERVICE = "Codex MCP Credentials";
const FILE = ".credentials.json";

/** Where logins of this server lie: its name, and a hash of how it is reached. */
export function credentialKey(server: string, url: string): string {
  const identity = JSON.stringify({ type: "http", url, headers: {} });
  return `${server}|${createHash("sha256").update(identity).digest("hex").slice(0, 16)}`;
}

export function credentialStore(
  codexHome: string,
  mode: CredentialStoreMode,
  keyring: Keyring = systemKeyring(),
): CredentialStore {
  const file = fileCredentialStore(codexHome);
  if (mode === "file") return file;
  const ring = keyringCredentialStore(keyring, file);
  return mode === "keyring" ? ring : withFallback(ring, file);
}

/** Logins in `.credentials.json`, readable by nobody else. */
export function fileCredentialStore(codexHome: string): CredentialStore {
  const path = join(codexHome, FILE);
  return {
    async load(server, url) {
      const key = credentialKey(server, url);
      const entries = Object.values(await readEntries(path));
      // The key of an entry is what its fields say, not what it is filed under.
      const found = entries
        .map(fromEntry)
        .find(login => login !== null && credentialKey(login.serverName, login.url) === key);
      return found ?? null;
    },
    save: login =>
      locked(path, async () => {
        const entries = await readEntries(path);
        entries[credentialKey(login.serverName, login.url)] = toEntry(login);
        await writeEntries(path, entries);
      }),
    remove: (server, url) =>
      locked(path, async () => {
        const entries = await readEntries(path);
        const key = credentialKey(server, url);
        if (!Object.hasOwn(entries, key)) return false;
        const { [key]: _, ...rest } = entries;
        if (Object.keys(rest).length === 0) await rm(path, { force: true });
        else await writeEntries(path, rest);
        return true;
      }),
  };
}

type Entries = Record<string, unknown>;

async function readEntries(path: string): Promise<Entries> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "{}";
    throw new McpError("oauth", `${path} cannot be read: ${error.code ?? error.message}`);
  });
  try {
    const entries: unknown = JSON.parse(text);
    if (typeof entries === "object" && entries !== null && !Array.isArray(entries)) return { ...entries };
  } catch {
    // Told below, without what the file holds.
  }
  throw new McpError("oauth", `${path} is not valid; remove it and log in again`);
}

async function writeEntries(path: string, entries: Entries): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString("hex")}.tmp`;
  try {
    const handle = await open(temporary, "wx", 0o600);
    try {
      await handle.writeFile(JSON.stringify(entries));
      await handle.sync();
    } finally {
      await handle.close();
    }
    await chmod(temporary, 0o600);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

const LOCK_WAIT_MS = 5000;
const STALE_LOCK_MS = 10_000;

/** One writer at a time, across processes. */
async function locked<T>(path: string, work: () => Promise<T>): Promise<T> {
  const lock = `${path}.lock`;
  await createFolders(dirname(path));
  const until = Date.now() + LOCK_WAIT_MS;
  for (;;) {
    try {
      await (await open(lock, "wx", 0o600)).close();
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      const made = await stat(lock).catch(() => null);
      if (made !== null && Date.now() - made.mtimeMs > STALE_LOCK_MS) await rm(lock, { force: true });
      else if (Date.now() > until) throw new McpError("oauth", `${path} is in use by another program; try again`);
      await new Promise(resolve => setTimeout(resolve, 20));
    }
  }
  try {
    return await work();
  } finally {
    await rm(lock, { force: true });
  }
}

function toEntry(login: StoredLogin): Record<string, unknown> {
  return {
    server_name: login.serverName,
    server_url: login.url,
    client_id: login.clientId,
    access_token: login.accessToken,
    ...(login.expiresAt === null ? {} : { expires_at: login.expiresAt }),
    ...(login.refreshToken === null ? {} : { refresh_token: login.refreshToken }),
    scopes: login.scopes,
  };
}

function fromEntry(entry: unknown): StoredLogin | null {
  if (typeof entry !== "object" || entry === null) return null;
  const text = (name: string): string | null => {
    const value: unknown = Reflect.get(entry, name);
    return typeof value === "string" ? value : null;
  };
  const [serverName, url, clientId] = [text("server_name"), text("server_url") ?? text("url"), text("client_id")];
  const accessToken = text("access_token");
  if (serverName === null || url === null || clientId === null || accessToken === null) return null;
  const expiresAt: unknown = Reflect.get(entry, "expires_at");
  const scopes: unknown = Reflect.get(entry, "scopes");
  return {
    serverName,
    url,
    clientId,
    accessToken,
    refreshToken: text("refresh_token"),
    expiresAt: typeof expiresAt === "number" ? expiresAt : null,
    scopes: Array.isArray(scopes) ? scopes.filter(scope => typeof scope === "string") : [],
  };
}

/** Logins in the keyring. One that is kept there is kept nowhere else. */
function keyringCredentialStore(keyring: Keyring, file: CredentialStore): CredentialStore {
  return {
    async load(server, url) {
      const text = await keyring.get(SERVICE, credentialKey(server, url));
      return text === null ? null : readKeyringEntry(text);
    },
    async save(login) {
      const key = credentialKey(login.serverName, login.url);
      await keyring.set(SERVICE, key, JSON.stringify(keyringEntry(login)));
      await file.remove(login.serverName, login.url);
    },
    async remove(server, url) {
      const fromKeyring = await keyring.remove(SERVICE, credentialKey(server, url));
      return (await file.remove(server, url)) || fromKeyring;
    },
  };
}

function keyringEntry(login: StoredLogin): Record<string, unknown> {
  return {
    server_name: login.serverName,
    url: login.url,
    client_id: login.clientId,
    token_response: {
      access_token: login.accessToken,
      token_type: "bearer",
      ...(login.refreshToken === null ? {} : { refresh_token: login.refreshToken }),
      ...(login.scopes.length === 0 ? {} : { scope: login.scopes.join(" ") }),
    },
    ...(login.expiresAt === null ? {} : { expires_at: login.expiresAt }),
  };
}

function readKeyringEntry(text: string): StoredLogin | null {
  try {
    const entry: unknown = JSON.parse(text);
    const response: unknown = typeof entry === "object" && entry !== null ? Reflect.get(entry, "token_response") : null;
    if (typeof response !== "object" || response === null) return null;
    const scope: unknown = Reflect.get(response, "scope");
    const scopes = typeof scope === "string" ? scope.split(" ").filter(part => part !== "") : [];
    return fromEntry({ ...(entry as object), ...response, scopes });
  } catch {
    return null;
  }
}

/** The keyring where there is one, else the file. */
function withFallback(ring: CredentialStore, file: CredentialStore): CredentialStore {
  return {
    load: async (server, url) => (await ring.load(server, url).catch(() => null)) ?? file.load(server, url),
    save: login => ring.save(login).catch(() => file.save(login)),
    remove: async (server, url) => {
      const fromRing = await ring.remove(server, url).catch(() => false);
      return (await file.remove(server, url)) || fromRing;
    },
  };
}

/** The keyring of this machine, loaded when it is first used. Its methods reject where there is none. */
export function systemKeyring(): Keyring {
  const entry = async (service: string, account: string) => {
    try {
      const { AsyncEntry } = await import("@napi-rs/keyring");
      return new AsyncEntry(service, account);
    } catch (error) {
      throw new McpError("oauth", "the keyring of this machine cannot be used", { cause: error });
    }
  };
  return {
    get: async (service, account) => (await (await entry(service, account)).getPassword()) ?? null,
    set: async (service, account, secret) => (await entry(service, account)).setPassword(secret),
    remove: async (service, account) => (await entry(service, account)).deletePassword(),
  };
}

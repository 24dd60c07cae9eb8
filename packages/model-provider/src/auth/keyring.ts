import { createHash } from "node:crypto";
import { type AuthStore, AuthStoreError, parseAuth, type StoredAuth } from "./store.ts";

/** The operating system's keyring, as far as it is needed here. */
export interface Keyring {
  get(service: string, account: string): Promise<string | null>;
  set(service: string, account: string, secret: string): Promise<void>;
  remove(service: string, account: string): Promise<boolean>;
}

const SERVICE = "Codex Auth";

/**
 * The keyring of this machine, loaded when it is first used.
 * @throws {AuthStoreError} there is none: the optional package is not installed, or no keyring service runs
 */
export function systemKeyring(): Keyring {
  const entry = async (service: string, account: string) => {
    const { AsyncEntry } = await import("@napi-rs/keyring");
    return new AsyncEntry(service, account);
  };
  const using = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      const why = error instanceof Error ? error.message : "unknown error";
      throw new AuthStoreError(`the keyring of this machine cannot be used: ${why}`);
    }
  };
  return {
    get: (service, account) => using(async () => (await (await entry(service, account)).getPassword()) ?? null),
    set: (service, account, secret) => using(async () => (await entry(service, account)).setPassword(secret)),
    remove: (service, account) => using(async () => (await entry(service, account)).deletePassword()),
  };
}

/** Logins in the keyring, one entry for each CODEX_HOME. */
export function keyringAuthStore(codexHome: string, keyring: Keyring = systemKeyring()): AuthStore {
  const account = `cli|${createHash("sha256").update(codexHome).digest("hex").slice(0, 16)}`;
  return {
    load: async () => {
      const text = await keyring.get(SERVICE, account);
      return text === null ? null : parseAuth(text, "the keyring's entry");
    },
    save: auth => keyring.set(SERVICE, account, JSON.stringify(auth)),
    clear: () => keyring.remove(SERVICE, account),
  };
}

/** The keyring where there is one, else the file. A login in the keyring leaves none in the file. */
export function autoAuthStore(keyring: AuthStore, file: AuthStore): AuthStore {
  return {
    load: async () => (await keyring.load().catch(ifNoKeyring)) ?? file.load(),
    save: async auth => {
      try {
        await keyring.save(auth);
      } catch (error) {
        ifNoKeyring(error);
        return file.save(auth);
      }
      await file.clear();
    },
    clear: async () => {
      const fromKeyring = await keyring.clear().catch(ifNoKeyring);
      const fromFile = await file.clear();
      return fromKeyring === true || fromFile;
    },
  };
}

function ifNoKeyring(error: unknown): null {
  if (error instanceof AuthStoreError) return null;
  throw error;
}

/** Logins that end with the process. */
export function memoryAuthStore(initial: StoredAuth | null = null): AuthStore {
  let held = initial;
  return {
    load: async () => held,
    save: async auth => {
      held = auth;
    },
    clear: async () => {
      const was = held !== null;
      held = null;
      return was;
    },
  };
}

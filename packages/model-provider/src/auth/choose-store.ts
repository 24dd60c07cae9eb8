import { autoAuthStore, type Keyring, keyringAuthStore, memoryAuthStore } from "./keyring.ts";
import { type AuthStore, fileAuthStore } from "./store.ts";

/** Values of `cli_auth_credentials_store`. */
export type AuthStoreKind = "file" | "keyring" | "auto" | "ephemeral";

/**
 * The place where logins are kept, as the configuration names it (spec: configuration, section 7.1). The keyring is
 * touched only when something is read or written; `auto` goes to the file where there is no keyring.
 * @param keyring the machine's own when absent
 */
export function authStoreFor(kind: AuthStoreKind, codexHome: string, keyring?: Keyring): AuthStore {
  switch (kind) {
    case "file":
      return fileAuthStore(codexHome);
    case "keyring":
      return keyringAuthStore(codexHome, keyring);
    case "auto":
      return autoAuthStore(keyringAuthStore(codexHome, keyring), fileAuthStore(codexHome));
    case "ephemeral":
      return memoryAuthStore();
  }
}

/** A place that is only known once the configuration has been read; it is asked for with the first use. */
export function deferredAuthStore(open: () => Promise<AuthStore>): AuthStore {
  let opened: Promise<AuthStore> | undefined;
  const store = (): Promise<AuthStore> => (opened ??= open());
  return {
    load: async () => (await store()).load(),
    save: async auth => (await store()).save(auth),
    clear: async () => (await store()).clear(),
  };
}
